using ILGPU;
using ILGPU.Runtime;
using Half = ILGPU.Half;

namespace Lamb.Gpu;

/// <summary>Refers to numbers on a device, stored as one of <see cref="LambDataType"/>.</summary>
/// <remarks>Neither copies nor owns them. Any view of float, <see cref="Half"/> or <see cref="BFloat16"/> converts
/// to it implicitly.</remarks>
public readonly struct LambView : IEquatable<LambView>
{
    private readonly ArrayView<float> singles;
    private readonly ArrayView<Half> halves;
    private readonly ArrayView<BFloat16> brains;

    private LambView(LambDataType storage, ArrayView<float> singles, ArrayView<Half> halves, ArrayView<BFloat16> brains)
    {
        DataType = storage;
        this.singles = singles;
        this.halves = halves;
        this.brains = brains;
    }

    /// <summary>Gets the data type of the numbers.</summary>
    public LambDataType DataType { get; }

    /// <summary>Gets the number of elements.</summary>
    public long Length => View.Length;

    /// <summary>The bytes of a number.</summary>
    internal int ElementSize => SizeOf(DataType);

    /// <summary>The buffer that the numbers lie in.</summary>
    internal MemoryBuffer Buffer => View.Buffer;

    /// <summary>The first number, counted in numbers from the start of the buffer.</summary>
    internal long Index => View.Index;

    /// <summary>Whether buffers of the accelerator have addresses, as they have but on OpenCL.</summary>
    internal bool HasAddress => Buffer.Accelerator.AcceleratorType != AcceleratorType.OpenCL;

    /// <summary>Where the first number is, in bytes; from the start of the buffer where buffers have no
    /// addresses.</summary>
    internal long Address => (HasAddress ? Buffer.NativePtr : 0) + (Index * ElementSize);

    /// <summary>All of the buffer, as the base view that kernels count from.</summary>
    internal ArrayView<float> WholeBuffer => Buffer.AsRawArrayView().Cast<float>();

    private IContiguousArrayView View => DataType switch
    {
        LambDataType.Float16 => halves,
        LambDataType.BFloat16 => brains,
        _ => singles,
    };

    /// <summary>Converts a view.</summary>
    /// <param name="view">The numbers.</param>
    public static implicit operator LambView(ArrayView<float> view) =>
        new(LambDataType.Float32, view, default, default);

    /// <inheritdoc cref="op_Implicit(ArrayView{float})"/>
    public static implicit operator LambView(ArrayView<Half> view) =>
        new(LambDataType.Float16, default, view, default);

    /// <inheritdoc cref="op_Implicit(ArrayView{float})"/>
    public static implicit operator LambView(ArrayView<BFloat16> view) =>
        new(LambDataType.BFloat16, default, default, view);

    /// <inheritdoc cref="op_Implicit(ArrayView{float})"/>
    public static implicit operator LambView(ArrayView1D<float, Stride1D.Dense> view) => (ArrayView<float>)view;

    /// <inheritdoc cref="op_Implicit(ArrayView{float})"/>
    public static implicit operator LambView(ArrayView1D<Half, Stride1D.Dense> view) => (ArrayView<Half>)view;

    /// <inheritdoc cref="op_Implicit(ArrayView{float})"/>
    public static implicit operator LambView(ArrayView1D<BFloat16, Stride1D.Dense> view) =>
        (ArrayView<BFloat16>)view;

    /// <summary>Compares two views.</summary>
    /// <param name="left">A view.</param>
    /// <param name="right">Another.</param>
    /// <returns>Whether they refer to the same part of the same buffer.</returns>
    public static bool operator ==(LambView left, LambView right) => left.Equals(right);

    /// <summary>Compares two views.</summary>
    /// <param name="left">A view.</param>
    /// <param name="right">Another.</param>
    /// <returns>Whether they refer to different parts or different buffers.</returns>
    public static bool operator !=(LambView left, LambView right) => !left.Equals(right);

    /// <summary>Returns the typed view that this was created from.</summary>
    /// <typeparam name="T">float, <see cref="Half"/> or <see cref="BFloat16"/>, matching
    /// <see cref="DataType"/>.</typeparam>
    /// <returns>The view.</returns>
    /// <exception cref="InvalidOperationException">The numbers have another type.</exception>
    public ArrayView<T> As<T>()
        where T : unmanaged => View is ArrayView<T> view
        ? view
        : throw new InvalidOperationException(
            $"The type argument must be {TypeOf(DataType).FullName}, since the numbers are stored as {DataType}; it "
            + $"was {typeof(T).FullName}.");

    /// <inheritdoc/>
    public bool Equals(LambView other) => View.Equals(other.View);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is LambView other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(DataType, View);

    /// <summary>The bytes of a number.</summary>
    internal static int SizeOf(LambDataType dataType) =>
        dataType == LambDataType.Float32 ? sizeof(float) : sizeof(ushort);

    /// <summary>Some of the numbers.</summary>
    internal LambView Part(long start, long length) => new(
        DataType,
        DataType == LambDataType.Float32 ? singles.SubView(start, length) : default,
        DataType == LambDataType.Float16 ? halves.SubView(start, length) : default,
        DataType == LambDataType.BFloat16 ? brains.SubView(start, length) : default);

    private static Type TypeOf(LambDataType storage) => storage switch
    {
        LambDataType.Float16 => typeof(Half),
        LambDataType.BFloat16 => typeof(BFloat16),
        _ => typeof(float),
    };
}
