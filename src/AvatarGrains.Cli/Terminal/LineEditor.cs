using Spectre.Console;

namespace AvatarGrains.Cli.Terminal;

/// <summary>Reads a line with the usual keys of a shell, and remembers the lines before.</summary>
internal sealed class LineEditor(Screen screen)
{
    private readonly List<string> _history = [];

    /// <summary>Reads a line; what was typed is taken off the screen again.</summary>
    /// <returns>Null when the user leaves by Escape, or by Ctrl-D on an empty line.</returns>
    public async ValueTask<string?> ReadAsync(string label, string colour, CancellationToken cancellationToken)
    {
        var line = new LineBuffer();
        var at = _history.Count;
        var draft = "";
        while (true)
        {
            if (!screen.Keys.TryRead(out var key))
            {
                Draw(line, label, colour);
                key = await screen.Keys.ReadAsync(cancellationToken);
            }

            var control = key.Modifiers.HasFlag(ConsoleModifiers.Control);
            switch (key.Key)
            {
                case ConsoleKey.Enter:
                    return Finish(line.Text);
                case ConsoleKey.Escape:
                case ConsoleKey.D when control && line.Text.Length == 0:
                    screen.Raw("\r\u001b[K");
                    return null;
                case ConsoleKey.UpArrow when at > 0:
                    draft = at == _history.Count ? line.Text : draft;
                    line.Set(_history[--at]);
                    break;
                case ConsoleKey.DownArrow when at < _history.Count:
                    line.Set(++at == _history.Count ? draft : _history[at]);
                    break;
                default:
                    Edit(line, key, control || key.Modifiers.HasFlag(ConsoleModifiers.Alt));
                    break;
            }
        }
    }

    private static void Edit(LineBuffer line, ConsoleKeyInfo key, bool modified)
    {
        switch (key.Key)
        {
            case ConsoleKey.LeftArrow when modified:
            case ConsoleKey.B when key.Modifiers.HasFlag(ConsoleModifiers.Alt):
                line.WordLeft();
                break;
            case ConsoleKey.RightArrow when modified:
            case ConsoleKey.F when key.Modifiers.HasFlag(ConsoleModifiers.Alt):
                line.WordRight();
                break;
            case ConsoleKey.LeftArrow:
            case ConsoleKey.B when modified:
                line.Left();
                break;
            case ConsoleKey.RightArrow:
            case ConsoleKey.F when modified:
                line.Right();
                break;
            case ConsoleKey.Home:
            case ConsoleKey.A when modified:
                line.Home();
                break;
            case ConsoleKey.End:
            case ConsoleKey.E when modified:
                line.End();
                break;
            case ConsoleKey.Backspace when modified:
            case ConsoleKey.W when modified:
                line.DeleteWord();
                break;
            case ConsoleKey.Backspace:
            case ConsoleKey.H when modified:
                line.Backspace();
                break;
            case ConsoleKey.Delete:
            case ConsoleKey.D when modified:
                line.Delete();
                break;
            case ConsoleKey.U when modified:
                line.DeleteToStart();
                break;
            case ConsoleKey.K when modified:
                line.DeleteToEnd();
                break;
            default:
                if (key.KeyChar is not '\0' && !char.IsControl(key.KeyChar) && !modified)
                {
                    line.Insert(key.KeyChar.ToString());
                }

                break;
        }
    }

    private string Finish(string text)
    {
        screen.Raw("\r\u001b[K");
        if (text.Trim().Length > 0 && (_history.Count == 0 || _history[^1] != text))
        {
            _history.Add(text);
        }

        return text;
    }

    private void Draw(LineBuffer line, string label, string colour)
    {
        var (text, column) = line.Window(screen.Width - Screen.Indent);
        screen.Raw("\r\u001b[K");
        screen.Console.Markup($"[bold {colour}]{Markup.Escape(label.PadRight(Screen.Indent))}[/]");
        screen.Raw($"{text}\r\u001b[{Screen.Indent + column}C");
    }
}
