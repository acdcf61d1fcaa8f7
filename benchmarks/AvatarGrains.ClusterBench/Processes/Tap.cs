using System.Diagnostics;
using System.Globalization;
using AvatarGrains.Core.Sessions;

namespace AvatarGrains.ClusterBench.Processes;

/// <summary>Notes when a session hands out speech; at its own silo, and at the edge. Thread-safe.</summary>
internal sealed class Tap(string session) : ISessionSink
{
    private readonly Lock _lock = new();
    private List<(ChunkName Name, long At)> _chunks = [];

    /// <summary>When the last output came, of whatever kind; 0 before the first.</summary>
    public long LastAt { get; private set; }

    /// <summary>The phase the avatar was last said to be in.</summary>
    public Core.Sessions.ConversationPhase Phase { get; private set; }

    public bool Ended { get; private set; }

    public void Deliver(SessionOutput output)
    {
        var now = Stopwatch.GetTimestamp();
        lock (_lock)
        {
            LastAt = now;
            switch (output)
            {
                case SpeechChunk { Speech.PacketCount: > 0 } chunk:
                    _chunks.Add((new ChunkName(session, chunk.Turn, chunk.Segment, chunk.Sequence), now));
                    break;
                case PhaseChanged phase:
                    Phase = phase.Phase;
                    break;
                case SessionEnded:
                    Ended = true;
                    break;
            }
        }
    }

    /// <summary>What came since this was last called.</summary>
    public IReadOnlyList<(ChunkName Name, long At)> Take()
    {
        lock (_lock)
        {
            var taken = _chunks;
            _chunks = [];
            return taken;
        }
    }
}

/// <summary>A piece of speech.</summary>
internal readonly record struct ChunkName(string Session, int Turn, int Segment, int Sequence)
{
    public bool IsFirst => Segment == 0 && Sequence == 0;

    public static (ChunkName Name, long At) Read(string line)
    {
        var parts = line.Split(' ');
        return (new ChunkName(parts[0], Number(parts[1]), Number(parts[2]), Number(parts[3])), long.Parse(parts[4], CultureInfo.InvariantCulture));
    }

    public string Write(long at) => string.Create(CultureInfo.InvariantCulture, $"{Session} {Turn} {Segment} {Sequence} {at}");

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
