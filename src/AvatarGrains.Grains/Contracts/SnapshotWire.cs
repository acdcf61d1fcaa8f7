using AvatarGrains.Core.Sessions;

namespace AvatarGrains.Grains.Contracts;

/// <summary>One line of a conversation, between silos.</summary>
[GenerateSerializer, Immutable, Alias("ag.Line")]
internal sealed record LineWire(
    [property: Id(0)] int Turn,
    [property: Id(1)] int Speaker,
    [property: Id(2)] string Text,
    [property: Id(3)] DateTimeOffset At,
    [property: Id(4)] bool Interrupted,
    [property: Id(5)] string? Id = null);

/// <summary>What is known of a session, between silos.</summary>
[GenerateSerializer, Immutable, Alias("ag.Snapshot")]
internal sealed record SnapshotWire
{
    [Id(0)]
    public required string Id { get; init; }

    [Id(1)]
    public required SpecWire Spec { get; init; }

    [Id(2)]
    public int Status { get; init; }

    [Id(3)]
    public int? Reason { get; init; }

    [Id(4)]
    public DateTimeOffset CreatedAt { get; init; }

    [Id(5)]
    public TimeSpan Duration { get; init; }

    [Id(6)]
    public int Turn { get; init; }

    [Id(7)]
    public required LineWire[] History { get; init; }

    [Id(8)]
    public DateTimeOffset? ConnectedAt { get; init; }

    [Id(9)]
    public DateTimeOffset? EndedAt { get; init; }

    [Id(10)]
    public string? ClientSdp { get; init; }

    [Id(11)]
    public string? ServerSdp { get; init; }

    [Id(12)]
    public int? EndsFor { get; init; }

    [Id(13)]
    public TimeSpan EndsIn { get; init; }

    public static SnapshotWire From(SessionSnapshot s) => new()
    {
        Id = s.Id,
        Spec = SpecWire.From(s.Spec),
        Status = (int)s.Status,
        Reason = (int?)s.Reason,
        CreatedAt = s.CreatedAt,
        Duration = s.Duration,
        Turn = s.Turn,
        History = [.. s.History.Select(l => new LineWire(l.Turn, (int)l.Speaker, l.Text, l.At, l.Interrupted, l.Id))],
        ConnectedAt = s.ConnectedAt,
        EndedAt = s.EndedAt,
        ClientSdp = s.ClientSdp,
        ServerSdp = s.ServerSdp,
        EndsFor = (int?)s.Warning?.Reason,
        EndsIn = s.Warning?.Left ?? TimeSpan.Zero,
    };

    public SessionSnapshot Read() => new(
        Id,
        Spec.Read(),
        (SessionStatus)Status,
        (TerminationReason?)Reason,
        CreatedAt,
        Duration,
        Turn,
        [.. History.Select(l => new HistoryLine(l.Turn, (Speaker)l.Speaker, l.Text, l.At, l.Interrupted, l.Id))],
        ConnectedAt,
        EndedAt,
        ClientSdp,
        ServerSdp,
        EndsFor is { } reason ? new QuotaLeft((TerminationReason)reason, EndsIn) : null);
}
