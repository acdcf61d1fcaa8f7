namespace AvatarGrains.LoadTest.Clients;

/// <summary>Sums over clients, from their start.</summary>
internal sealed record ReceptionTotals(
    long Packets,
    long PacketsMissing,
    long AudioSkipped,
    long FramesMissing,
    long FramesBroken,
    long Pictures,
    long Sounds,
    long DecodeFailures)
{
    public static ReceptionTotals Of(IReadOnlyCollection<LoadSession> sessions) => new(
        sessions.Sum(one => one.Client.Audio.Packets + one.Client.Video.Packets),
        sessions.Sum(one => one.Client.Audio.Sequence.Missing + one.Client.Video.Sequence.Missing),
        sessions.Sum(one => one.Client.Audio.Skipped),
        sessions.Sum(one => one.Client.Video.Missing),
        sessions.Sum(one => one.Client.Video.Broken),
        sessions.Sum(one => one.Decoding?.Counts.Pictures ?? 0),
        sessions.Sum(one => one.Decoding?.Counts.Sounds ?? 0),
        sessions.Sum(one => one.Decoding?.Counts.Failures ?? 0));

    public static ReceptionTotals operator -(ReceptionTotals left, ReceptionTotals right) => new(
        left.Packets - right.Packets,
        left.PacketsMissing - right.PacketsMissing,
        left.AudioSkipped - right.AudioSkipped,
        left.FramesMissing - right.FramesMissing,
        left.FramesBroken - right.FramesBroken,
        left.Pictures - right.Pictures,
        left.Sounds - right.Sounds,
        left.DecodeFailures - right.DecodeFailures);
}
