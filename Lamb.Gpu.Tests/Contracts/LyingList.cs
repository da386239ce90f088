using System.Collections;

namespace Lamb.Gpu.Tests.Contracts;

/// <summary>A list that says that it has another number of items than it gives.</summary>
internal sealed class LyingList<T>(int count, params T[] items) : IReadOnlyList<T>
{
    public int Count => count;

    public T this[int index] => items[index];

    public IEnumerator<T> GetEnumerator() => items.AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
