using Spectre.Console;

namespace AvatarGrains.Cli.Terminal;

/// <summary>Shows a reply while it comes: a label, then words that wrap under each other.</summary>
internal sealed class ReplyView(Screen screen, string label, string colour)
{
    private static readonly string Margin = new(' ', Screen.Indent);

    private readonly WordWrap _wrap = new(() => screen.Width - Screen.Indent - 1);
    private bool _begun;

    public void Push(string piece)
    {
        if (!_begun)
        {
            _begun = true;
            screen.Console.Markup($"[bold {colour}]{Markup.Escape(label.PadRight(Screen.Indent))}[/]");
        }

        Show(_wrap.Push(piece));
        if (piece.Length > 0 && char.IsPunctuation(piece[^1]))
        {
            // A sentence ends here; its last word need not wait for the next one.
            Show(_wrap.Flush());
        }
    }

    public void End()
    {
        if (_begun)
        {
            Show(_wrap.Flush());
            screen.Raw("\n");
        }
    }

    private void Show(string text) => screen.Raw(text.Replace("\n", "\n" + Margin, StringComparison.Ordinal));
}
