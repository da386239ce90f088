using ILGPU;

namespace Lamb.Gpu.Sample;

/// <summary>A matrix on the device; element (row, column) lies at row · RowStride + column · ColumnStride.</summary>
internal readonly struct Matrix(ArrayView<float> values, int rows, int columns, int rowStride, int columnStride)
{
    public readonly ArrayView<float> Values = values;
    public readonly int Rows = rows;
    public readonly int Columns = columns;
    public readonly int RowStride = rowStride;
    public readonly int ColumnStride = columnStride;

    /// <summary>The matrix whose rows lie one after another.</summary>
    public static Matrix RowMajor(ArrayView<float> values, int rows, int columns) =>
        new(values, rows, columns, columns, 1);

    /// <summary>The same row over and over: no row is stored more than once.</summary>
    public static Matrix RepeatedRow(ArrayView<float> row, int rows) => new(row, rows, row.IntLength, 0, 1);

    /// <summary>Rows and columns exchanged; nothing is moved.</summary>
    public Matrix Transposed() => new(Values, Columns, Rows, ColumnStride, RowStride);

    /// <summary>The first rows alone.</summary>
    public Matrix FirstRows(int count) => new(Values, count, Columns, RowStride, ColumnStride);

    /// <summary>Where an element lies in <see cref="Values"/>.</summary>
    public int IndexOf(int row, int column) => row * RowStride + column * ColumnStride;
}
