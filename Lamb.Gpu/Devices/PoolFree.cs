using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.ExceptionServices;

namespace Lamb.Gpu.Devices;

/// <summary>Runs what loops with <see cref="Parallel"/>, as ILGPU does to compile, without waiting for the thread
/// pool.</summary>
/// <remarks>
/// Such a loop queues a helper and waits for it, though it has done all by itself: where every thread of the pool is
/// busy, as long as they are. A thread of the pool queues to itself and takes back what nobody else has begun; so the
/// loops run on a thread of their own that has been given such a queue. A runtime that is built otherwise waits, as it
/// would without.
/// </remarks>
internal static class PoolFree
{
    private static readonly Action TakeQueue = FindQueue();

    /// <summary>Runs a function, and throws what it throws.</summary>
    public static T Run<T>(Func<T> function)
    {
        if (Thread.CurrentThread.IsThreadPoolThread)
        {
            return function();
        }

        T result = default!;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() => failure = Try(() => result = function())) { IsBackground = true };
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result;
    }

    [SuppressMessage("Design", "CA1031", Justification = "It is thrown on the thread that waits.")]
    private static ExceptionDispatchInfo? Try(Action action)
    {
        try
        {
            TakeQueue();
            action();
            return null;
        }
        catch (Exception error)
        {
            return ExceptionDispatchInfo.Capture(error);
        }
    }

    private static Action FindQueue()
    {
        const BindingFlags any = BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public
            | BindingFlags.NonPublic;
        object? pool = typeof(ThreadPool).GetField("s_workQueue", any)?.GetValue(null);
        MethodInfo? create = pool?.GetType().GetMethod("GetOrCreateThreadLocals", any, Type.EmptyTypes);
        return create == null ? () => { } : () => create.Invoke(pool, null);
    }
}
