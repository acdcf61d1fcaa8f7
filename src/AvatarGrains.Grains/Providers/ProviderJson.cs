using System.Text.Json.Serialization;

namespace AvatarGrains.Grains.Providers;

/// <summary>What the providers put into shared records. Fields are added, never changed: silos of neighbouring versions read each other's.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(SiloRow))]
[JsonSerializable(typeof(ReminderRow))]
[JsonSerializable(typeof(long))]
internal sealed partial class ProviderJson : JsonSerializerContext;

/// <summary>A silo in the membership; times are ticks of UTC.</summary>
internal sealed record SiloRow(
    int Status, string? SiloName, string? HostName, int ProxyPort, string? RoleName, int UpdateZone, int FaultZone, long StartTime, long IAmAliveTime, IReadOnlyList<Suspicion>? Suspects)
{
    public static SiloRow From(MembershipEntry e) => new(
        (int)e.Status,
        e.SiloName,
        e.HostName,
        e.ProxyPort,
        e.RoleName,
        e.UpdateZone,
        e.FaultZone,
        e.StartTime.Ticks,
        e.IAmAliveTime.Ticks,
        e.SuspectTimes is null ? null : [.. e.SuspectTimes.Select(s => new Suspicion(s.Item1.ToParsableString(), s.Item2.Ticks))]);

    /// <param name="silo">Its address, which is the record's key.</param>
    public MembershipEntry Read(string silo) => new()
    {
        SiloAddress = SiloAddress.FromParsableString(silo),
        Status = (SiloStatus)Status,
        SiloName = SiloName ?? "",
        HostName = HostName ?? "",
        ProxyPort = ProxyPort,
        RoleName = RoleName,
        UpdateZone = UpdateZone,
        FaultZone = FaultZone,
        StartTime = new DateTime(StartTime, DateTimeKind.Utc),
        IAmAliveTime = new DateTime(IAmAliveTime, DateTimeKind.Utc),
        SuspectTimes = Suspects is null
            ? null
            : [.. Suspects.Select(s => Tuple.Create(SiloAddress.FromParsableString(s.By), new DateTime(s.At, DateTimeKind.Utc)))],
    };
}

/// <summary>A silo that suspects another, and when.</summary>
internal sealed record Suspicion(string By, long At);

/// <summary>A reminder; times are ticks, of UTC.</summary>
internal sealed record ReminderRow(string Grain, string Name, long StartAt, long Period);
