namespace Lamb.Gpu.Bench.Peers;

/// <summary>Holds how fast a peer took its steps on a model, and what it computes.</summary>
/// <param name="Name">The peer.</param>
/// <param name="Version">Its version, and that of what it runs on.</param>
/// <param name="Device">cpu or cuda.</param>
/// <param name="Threads">The threads that it was given on the CPU.</param>
/// <param name="Shape">The model.</param>
/// <param name="Parameters">Its weights.</param>
/// <param name="Variables">Its variables.</param>
/// <param name="Milliseconds">The median of a step over the rounds.</param>
/// <param name="Fastest">The round with the fastest steps, milliseconds a step.</param>
/// <param name="Slowest">The round with the slowest.</param>
/// <param name="CpuMilliseconds">The median of the processor time of a step over all threads: on a machine that others
/// use too, the steadier measure.</param>
/// <param name="NanosecondsPerParameter">The median by weights.</param>
/// <param name="SameUpdate">Whether it computes the update of Keras.</param>
/// <param name="MaxError">How far from that it is on the case; relative, see <see cref="PeerCase"/>.</param>
/// <param name="Variant">The update that it is meant to compute: keras, coupled or adamw.</param>
/// <param name="OwnError">How far from that it is.</param>
/// <param name="Note">How it was run, or nothing.</param>
internal sealed record PeerRow(
    string Name,
    string Version,
    string Device,
    int Threads,
    string Shape,
    long Parameters,
    int Variables,
    double Milliseconds,
    double Fastest,
    double Slowest,
    double CpuMilliseconds,
    double NanosecondsPerParameter,
    bool SameUpdate,
    double MaxError,
    string Variant,
    double OwnError,
    string Note);
