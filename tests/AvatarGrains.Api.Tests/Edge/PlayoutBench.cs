using AvatarGrains.Edge;
using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Speech;

namespace AvatarGrains.Api.Tests.Edge;

/// <summary>A playout in virtual time.</summary>
internal sealed class PlayoutBench : IPlayoutObserver
{
    public const uint AudioBase = 0xFFFF_0000;
    public const uint VideoBase = 0xFFFF_FF00;

    public PlayoutBench(int tailMs = 1000)
    {
        Video = new VideoTrack(VideoBase, Poses, 7);
        Playout = new Playout(Media, this, new AudioTrack(AudioBase, tailMs / 20), Video);
        Playout.Start(0);
    }

    public RecordedMedia Media { get; } = new();

    public PaintedPoses Poses { get; } = new(new AvatarView("painted", 512, 512));

    public VideoTrack Video { get; }

    public Playout Playout { get; }

    public long Now { get; private set; }

    public List<SpeechSegment> Started { get; } = [];

    public List<(int Turn, int Segment, int PlayedMs, bool Finished)> Progress { get; } = [];

    public List<int> Interrupted { get; } = [];

    public void OnSegmentStarted(SpeechSegment segment) => Started.Add(segment);

    public void OnProgress(SpeechSegment segment, bool finished) => Progress.Add((segment.Turn, segment.Index, segment.PlayedMs, finished));

    public void OnInterrupted(int turn) => Interrupted.Add(turn);

    /// <summary>Lets time pass; the loop calls at each deadline plus its lateness.</summary>
    public void Run(long microseconds, Random? lateness = null)
    {
        var end = Now + microseconds;
        while (Playout.NextDeadline <= end)
        {
            Now = Math.Max(Now, Playout.NextDeadline + (lateness?.Next(0, 9000) ?? 0));
            Playout.Advance(Now);
        }

        Now = Math.Max(Now, end);
    }

    /// <summary>A chunk whose packets carry their number and whose faces show mouth = number of the face.</summary>
    public static SpeechChunk Chunk(int turn, int segment, int sequence, int firstPacket, int packets, bool last)
    {
        var audio = Enumerable.Range(firstPacket, packets)
            .Select(n => (ReadOnlyMemory<byte>)new byte[] { 0x78, (byte)(n >> 8), (byte)n, (byte)segment, (byte)turn });
        var firstFace = (firstPacket + 1) / 2;
        var faces = Enumerable.Range(firstFace, ((firstPacket + packets + 1) / 2) - firstFace)
            .Select(n => new FaceFrame((byte)(1 + (n % 40)), Expression.Neutral, 0));
        return new SpeechChunk(turn, segment, sequence, PackedSpeech.Pack([.. audio], [.. faces]), firstFace, last);
    }
}
