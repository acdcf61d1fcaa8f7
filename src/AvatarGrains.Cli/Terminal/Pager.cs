using System.Text;
using Spectre.Console;

namespace AvatarGrains.Cli.Terminal;

/// <summary>Shows lines that scroll within the height of the terminal, beginning at their end.</summary>
internal static class Pager
{
    /// <param name="screen">The terminal.</param>
    /// <param name="title">The line above.</param>
    /// <param name="lines">Makes the lines for a width; asked anew when the window's size changes.</param>
    /// <param name="cancellationToken">Ends the display.</param>
    public static async Task ShowAsync(Screen screen, string title, Func<int, IReadOnlyList<string>> lines, CancellationToken cancellationToken)
    {
        var top = int.MaxValue;
        screen.Raw("\u001b[?1049h\u001b[?25l");
        try
        {
            while (true)
            {
                var rows = screen.Height - 2;
                var all = lines(screen.Width);
                top = Math.Clamp(top, 0, Math.Max(0, all.Count - rows));
                Draw(screen, title, all, top, rows);
                var key = await screen.Keys.ReadAsync(cancellationToken);
                if (key.Key is ConsoleKey.Escape or ConsoleKey.Enter || key.KeyChar is 'q' or 'Q')
                {
                    return;
                }

                top = key.Key switch
                {
                    ConsoleKey.UpArrow or ConsoleKey.K => top - 1,
                    ConsoleKey.DownArrow or ConsoleKey.J => top + 1,
                    ConsoleKey.PageUp or ConsoleKey.B => top - rows,
                    ConsoleKey.PageDown or ConsoleKey.Spacebar => top + rows,
                    ConsoleKey.Home => 0,
                    ConsoleKey.End => all.Count,
                    _ => key.KeyChar switch { 'g' => 0, 'G' => all.Count, _ => top },
                };
            }
        }
        finally
        {
            screen.Raw("\u001b[?25h\u001b[?1049l");
        }
    }

    private static void Draw(Screen screen, string title, IReadOnlyList<string> lines, int top, int rows)
    {
        screen.Raw("\u001b[H\u001b[2J");
        screen.Console.MarkupLine($"[bold]{Markup.Escape(title)}[/]");
        var page = new StringBuilder();
        foreach (var line in lines.Skip(top).Take(rows))
        {
            page.Append(line).Append('\n');
        }

        screen.Raw(page.ToString());
        screen.Raw($"\u001b[{screen.Height};1H");
        var last = Math.Min(lines.Count, top + rows);
        var where = lines.Count <= rows ? "" : $"{top + 1}–{last} of {lines.Count} · arrows, PgUp, PgDn · ";
        screen.Console.Markup($"[grey]{where}q leaves[/]");
    }
}
