using System.Globalization;

namespace AvatarGrains.Api.Dialects.OpenAvatarChat;

/// <summary>Settings of this server by the names that the API backend's installations give them.</summary>
public static class AvatarChatEnvironment
{
    private const string Prefix = "AVATARCHAT_";

    /// <summary>What <c>start_api.sh</c> starts with, by the names of this server's settings.</summary>
    public static IReadOnlyDictionary<string, string?> Defaults { get; } = new Dictionary<string, string?>
    {
        ["Listen"] = "127.0.0.1",
        ["Port"] = "8000",
        ["OpenAvatarChat:AnswersRoot"] = "true",
    };

    /// <summary>
    /// Reads the variables. <c>AVATARCHAT_WORKERS</c> means nothing here: one process uses every core.
    /// </summary>
    /// <param name="variable">Gives a variable of the environment, or null.</param>
    /// <param name="problems">Takes what is wrong with them.</param>
    /// <returns>Settings by the names of this server.</returns>
    public static IReadOnlyDictionary<string, string?> Read(Func<string, string?> variable, ICollection<string> problems)
    {
        var settings = new Dictionary<string, string?>();
        Take("HOST", "Listen", static text => text == "localhost" ? "127.0.0.1" : text == "0.0.0.0" ? "*" : text);
        Take("PORT", "Port", static text => Number(text)?.ToString(CultureInfo.InvariantCulture));
        Take("DEBUG", "LogLevel", static text => IsTrue(text) ? "Debug" : "Warning");
        Take("PIPELINE_CONFIG_PATH", "OpenAvatarChat:PipelineFile", static text => text);
        Take("MAX_SESSIONS", "OpenAvatarChat:MaxSessions", static text => Number(text)?.ToString(CultureInfo.InvariantCulture));
        Take("MAX_TEXT_LENGTH", "OpenAvatarChat:MaxTextLength", static text => Number(text)?.ToString(CultureInfo.InvariantCulture));
        Take("SESSION_TIMEOUT", "OpenAvatarChat:SessionTimeout", Seconds);
        Take("PROCESSING_TIMEOUT", "OpenAvatarChat:ProcessingTimeout", Seconds);
        return settings;

        void Take(string name, string setting, Func<string, string?> read)
        {
            if (variable(Prefix + name) is not { Length: > 0 } text)
            {
                return;
            }

            if (read(text) is { } value)
            {
                settings[setting] = value;
            }
            else
            {
                problems.Add($"{Prefix}{name} is '{text}'; it must be a whole number.");
            }
        }
    }

    private static int? Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string? Seconds(string text) => Number(text) is { } seconds ? TimeSpan.FromSeconds(seconds).ToString("c") : null;

    private static bool IsTrue(string text) => text is "1" || text.Equals("true", StringComparison.OrdinalIgnoreCase)
        || text.Equals("yes", StringComparison.OrdinalIgnoreCase) || text.Equals("on", StringComparison.OrdinalIgnoreCase);
}
