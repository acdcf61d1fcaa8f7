using Spectre.Console;

namespace AvatarGrains.Cli.Terminal;

/// <summary>A terminal a person sits at.</summary>
/// <param name="console">Writes with colours.</param>
/// <param name="keys">What is pressed.</param>
internal sealed class Screen(IAnsiConsole console, IKeySource keys)
{
    /// <summary>Columns of the labels before what is said.</summary>
    public const int Indent = 8;

    public IAnsiConsole Console { get; } = console;

    public IKeySource Keys { get; } = keys;

    public int Width => Math.Max(20, Console.Profile.Width);

    public int Height => Math.Max(6, Console.Profile.Height);

    /// <summary>Writes text and control sequences as they are.</summary>
    public void Raw(string text)
    {
        Console.Profile.Out.Writer.Write(text);
        Console.Profile.Out.Writer.Flush();
    }

    /// <summary>Writes a grey line that is not part of the conversation.</summary>
    public void Note(string text) => Console.MarkupLineInterpolated($"[grey]{text}[/]");

    /// <summary>Writes a line about something that went wrong.</summary>
    public void Warn(string text) => Console.MarkupLineInterpolated($"[yellow]![/] {text}");

    /// <summary>Writes what a person or the avatar said, after its label.</summary>
    public void Say(string label, string colour, string text)
    {
        var lines = WordWrap.Lines(text, Width - Indent - 1);
        Console.Markup($"[bold {colour}]{Markup.Escape(label.PadRight(Indent))}[/]");
        Raw(string.Join("\n" + new string(' ', Indent), lines) + "\n");
    }

    /// <summary>Does something with a spinner beside it; there is no spinner where the output is no terminal.</summary>
    public async Task<T> BusyAsync<T>(string what, Func<Action<string>, Task<T>> work)
    {
        if (!Console.Profile.Capabilities.Interactive || !Console.Profile.Capabilities.Ansi)
        {
            return await work(_ => { });
        }

        return await Console.Status().Spinner(Spinner.Known.Dots).SpinnerStyle(Style.Parse("teal"))
            .StartAsync(Markup.Escape(what), context => work(text => context.Status = Markup.Escape(text)));
    }
}
