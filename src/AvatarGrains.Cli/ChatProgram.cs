using System.Runtime.InteropServices;
using AvatarGrains.Cli.Chat;
using AvatarGrains.Cli.Screens;
using AvatarGrains.Cli.Terminal;
using AvatarGrains.Client.Rest;
using Spectre.Console;

namespace AvatarGrains.Cli;

/// <summary>One run of the chat, from its options to its exit status. Signals end the session before the program.</summary>
internal static class ChatProgram
{
    public static async Task<int> RunAsync(ChatOptions options)
    {
        using var stop = new CancellationTokenSource();
        using var client = new PersoClient(options.Server, options.Key);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        using var hangup = PosixSignalRegistration.Create(PosixSignal.SIGHUP, OnSignal);
        var conversation = new Conversation(client, options.Session, TimeProvider.System);
        try
        {
            await RunAsync(options, client, conversation, stop.Token);
            return ExitCode.Ok;
        }
        catch (PersoClientException error)
        {
            return Fail(Failure.Line(error, client), Failure.Code(error));
        }
        catch (CliException error)
        {
            return Fail(error.Message, error.ExitCode);
        }
        catch (Exception error)
            when (stop.IsCancellationRequested && error is OperationCanceledException or System.Threading.Channels.ChannelClosedException)
        {
            return ExitCode.Interrupted;
        }
        finally
        {
            await EndAsync(conversation, stop.IsCancellationRequested);
        }

        void OnSignal(PosixSignalContext context)
        {
            // A second signal ends the program without waiting for the session to be ended.
            context.Cancel = !stop.IsCancellationRequested;
            stop.Cancel();
        }
    }

    private static async Task RunAsync(ChatOptions options, PersoClient client, Conversation conversation, CancellationToken cancellationToken)
    {
        if (options.List is { } kinds)
        {
            await new SettingsList(client, Console.Out, Console.IsOutputRedirected ? null : AnsiConsole.Console).PrintAsync(
                kinds, options.Json, cancellationToken);
            return;
        }

        var oneShot = options.Message is not null || options.VoiceFile is not null || options.SpeakTo is not null;
        if (oneShot || Console.IsInputRedirected || Console.IsOutputRedirected)
        {
            await new PipeChat(conversation, options, Console.Out, Console.Error).RunAsync(Console.In, cancellationToken);
            return;
        }

        await new MainMenu(new Screen(AnsiConsole.Console, new ConsoleKeys()), conversation, client, options).RunAsync(cancellationToken);
    }

    private static int Fail(string line, int code)
    {
        Console.Error.WriteLine($"avatar: {line}");
        return code;
    }

    private static async Task EndAsync(Conversation conversation, bool interrupted)
    {
        var running = conversation.Session is not null;
        if (running && interrupted && !Console.IsOutputRedirected)
        {
            Console.Error.Write("\u001b[?25h\r\nEnding the session …\r\n");
        }

        await conversation.DisposeAsync();
        if (conversation.TakeNotice() is { } notice)
        {
            await Console.Error.WriteLineAsync($"avatar: {notice}");
        }
    }
}
