using System.Text.Json;
using AvatarGrains.Core.Sessions;

namespace AvatarGrains.Api.Dialects.Perso;

/// <summary>The dialect's words for the core's enums.</summary>
internal static class PersoReason
{
    public static string Name(TerminationReason reason) => JsonNamingPolicy.SnakeCaseUpper.ConvertName(reason.ToString());

    public static string Name(SessionStatus status) => JsonNamingPolicy.SnakeCaseUpper.ConvertName(status.ToString());

    public static string Name(ConversationPhase phase) => JsonNamingPolicy.SnakeCaseLower.ConvertName(phase.ToString());

    public static IEnumerable<string> Names(Capabilities capabilities) =>
        PersoCapability.All.Where(one => capabilities.HasFlag(one.Flag)).Select(one => one.Name);
}
