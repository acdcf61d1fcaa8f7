using System.ComponentModel;
using System.Diagnostics;
using AvatarGrains.Cli.Terminal;
using AvatarGrains.Client.Rest;

namespace AvatarGrains.Cli.Screens;

/// <summary>Opens the avatar's page in a browser or shows its address; the page makes a session of its own.</summary>
internal static class Visualization
{
    public static async Task ShowAsync(Screen screen, PersoClient client, PersoSessionRequest settings, CancellationToken cancellationToken)
    {
        try
        {
            if (!await screen.BusyAsync("Looking for the page …", _ => client.HasPageAsync(cancellationToken)))
            {
                screen.Note($"{client.Server} serves the API only. Open a Perso web client and give it this address as its API server.");
                return;
            }
        }
        catch (PersoClientException error)
        {
            screen.Warn(Failure.Line(error, client));
            return;
        }

        var page = PageAddress(client.Server, settings);
        // Not wrapped: a link that is broken into lines cannot be opened.
        screen.Raw($"\n  {page.AbsoluteUri}\n\n");
        screen.Note(OpenBrowser(page)
            ? "Opened in your browser, with the settings of this chat and a session of its own."
            : "Open it in a browser on any machine that reaches this address. It carries the settings of this chat, and has a session of its own.");
        if (client.HasKey)
        {
            screen.Note("The page asks for the API key: a link is no place for it.");
        }
    }

    /// <summary>The page with what this chat was set to, by the names of the contract; never the key.</summary>
    public static Uri PageAddress(Uri server, PersoSessionRequest settings)
    {
        (string Name, string? Value)[] all =
        [
            ("model_style", settings.ModelStyle), ("llm_type", settings.LlmType), ("tts_type", settings.TtsType), ("stt_type", settings.SttType),
            ("prompt", settings.Prompt),
            ("document", settings.Document), ("background_image", settings.BackgroundImage), ("capability", string.Join(',', settings.Capability)),
        ];
        var query = string.Join(
            '&', all.Where(one => !string.IsNullOrEmpty(one.Value)).Select(one => $"{one.Name}={Uri.EscapeDataString(one.Value!)}"));
        return new UriBuilder(server) { Query = query }.Uri;
    }

    private static bool OpenBrowser(Uri page)
    {
        var desktop = OperatingSystem.IsMacOS() || OperatingSystem.IsWindows()
            || Environment.GetEnvironmentVariable("DISPLAY") is { Length: > 0 }
            || Environment.GetEnvironmentVariable("WAYLAND_DISPLAY") is { Length: > 0 };
        if (!desktop)
        {
            return false;
        }

        try
        {
            using var opener = OperatingSystem.IsWindows()
                ? Process.Start(new ProcessStartInfo(page.AbsoluteUri) { UseShellExecute = true })
                : Process.Start(new ProcessStartInfo(OperatingSystem.IsMacOS() ? "open" : "xdg-open", [page.AbsoluteUri])
                {
                    RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
                });
            return opener is not null;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
