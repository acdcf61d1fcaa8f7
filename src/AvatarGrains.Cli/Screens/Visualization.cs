using System.ComponentModel;
using System.Diagnostics;
using AvatarGrains.Cli.Terminal;
using AvatarGrains.Client.Rest;
using Spectre.Console;

namespace AvatarGrains.Cli.Screens;

/// <summary>Leads to the avatar in a browser, which makes a session of its own.</summary>
internal static class Visualization
{
    public static async Task ShowAsync(Screen screen, PersoClient client, CancellationToken cancellationToken)
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

        screen.Console.WriteLine();
        screen.Console.MarkupLine($"  [bold underline teal]{Markup.Escape(client.Server.AbsoluteUri)}[/]");
        screen.Console.WriteLine();
        screen.Note(OpenBrowser(client.Server)
            ? "Opened in your browser. The page has a session of its own."
            : "Open it in a browser on any machine that reaches this address. The page has a session of its own.");
    }

    private static bool OpenBrowser(Uri page)
    {
        var desktop = OperatingSystem.IsMacOS() || OperatingSystem.IsWindows()
            || Environment.GetEnvironmentVariable("DISPLAY") is { Length: > 0 } || Environment.GetEnvironmentVariable("WAYLAND_DISPLAY") is { Length: > 0 };
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
