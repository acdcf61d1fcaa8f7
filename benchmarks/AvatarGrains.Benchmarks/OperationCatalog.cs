using AvatarGrains.Benchmarks.Operations;

namespace AvatarGrains.Benchmarks;

/// <summary>All operations by name; budgets.json uses the same names.</summary>
internal static class OperationCatalog
{
    private static readonly Dictionary<string, Func<IOperation>> Makers = new()
    {
        ["srtp-protect"] = static () => new SrtpProtect(),
        ["media-packet"] = static () => new MediaPacket(),
        ["pose-lookup"] = static () => new PoseLookup(),
        ["pose-encode"] = static () => new PoseEncode(),
        ["pacing-tick-1000"] = static () => new PacingTick(),
        ["stun-check"] = static () => new StunCheck(),
        ["sdp-answer"] = static () => new SdpAnswer(),
        ["session-heartbeat"] = static () => new SessionHeartbeat(),
        ["viseme-timeline"] = static () => new VisemeSentence(),
        ["dialect-message"] = static () => new DialectMessage(),
    };

    public static IReadOnlyCollection<string> Names => Makers.Keys;

    public static IOperation Create(string name) => Makers[name]();
}
