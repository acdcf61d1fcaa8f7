namespace AvatarGrains.Api.Dialects.Perso;

/// <summary>
/// How SDKs of the session socket use a recognizer: they read it from the session's STT type. Every recognizer is listed once for each way;
/// over REST and the data channel all of them do the same.
/// </summary>
/// <param name="Suffix">What the recognizer's name ends in to ask for this way.</param>
/// <param name="Mode">The dialect's word.</param>
/// <param name="Turns">Pauses end utterances, and each is reported; otherwise the whole is at the stop.</param>
internal sealed record PersoSttMode(string Suffix, string Mode, bool Turns)
{
    /// <summary>Whole recordings; what a name without a suffix means.</summary>
    public static PersoSttMode Whole { get; } = new("", "NON_STREAMING", false);

    public static IReadOnlyList<PersoSttMode> All { get; } = [Whole, new("-streaming", "STREAMING", false), new("-turns", "STREAMING", true)];

    /// <summary>The way an STT type is named for.</summary>
    public static PersoSttMode Of(string? name) => All.Skip(1).FirstOrDefault(mode => Ends(name, mode)) ?? Whole;

    /// <summary>An STT type's name without the way it is used in.</summary>
    public static string? Base(string? name) =>
        All.Skip(1).FirstOrDefault(mode => Ends(name, mode)) is { } mode ? name![..^mode.Suffix.Length] : name;

    private static bool Ends(string? name, PersoSttMode mode) => name?.EndsWith(mode.Suffix, StringComparison.OrdinalIgnoreCase) == true;
}
