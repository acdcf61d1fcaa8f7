using System.Text;
using Spectre.Console;

namespace AvatarGrains.Cli.Terminal;

/// <summary>
/// A list to choose from by arrows, or by number where there are at most nine lines. It scrolls when it is higher than the terminal.
/// </summary>
internal static class Menu
{
    /// <summary>Shows the list until something is chosen, then takes it off the screen.</summary>
    /// <returns>The index chosen, or null when the user leaves by Escape or q.</returns>
    public static async ValueTask<int?> ChooseAsync(
        Screen screen, string title, IReadOnlyList<MenuItem> items, int selected, CancellationToken cancellationToken)
    {
        var drawn = 0;
        while (true)
        {
            drawn = Draw(screen, title, items, selected, drawn);
            var key = await screen.Keys.ReadAsync(cancellationToken);
            var page = Math.Max(1, screen.Height - 4);
            switch (key.Key)
            {
                case ConsoleKey.Enter:
                    Erase(screen, drawn);
                    return selected;
                case ConsoleKey.Escape:
                case ConsoleKey.D when key.Modifiers.HasFlag(ConsoleModifiers.Control):
                    Erase(screen, drawn);
                    return null;
                default:
                    if (key.KeyChar is 'q' or 'Q')
                    {
                        Erase(screen, drawn);
                        return null;
                    }

                    if (items.Count <= 9 && key.KeyChar >= '1' && key.KeyChar < '1' + items.Count)
                    {
                        Erase(screen, drawn);
                        return key.KeyChar - '1';
                    }

                    selected = Math.Clamp(Moved(selected, key, page, items.Count), 0, items.Count - 1);
                    break;
            }
        }
    }

    private static int Moved(int selected, ConsoleKeyInfo key, int page, int count) => key.Key switch
    {
        ConsoleKey.UpArrow or ConsoleKey.K => selected - 1,
        ConsoleKey.DownArrow or ConsoleKey.J => selected + 1,
        ConsoleKey.PageUp => selected - page,
        ConsoleKey.PageDown or ConsoleKey.Spacebar => selected + page,
        ConsoleKey.Home => 0,
        ConsoleKey.End => count - 1,
        _ => selected,
    };

    private static int Draw(Screen screen, string title, IReadOnlyList<MenuItem> items, int selected, int drawn)
    {
        var rows = Math.Min(items.Count, Math.Max(1, screen.Height - 4));
        var first = Math.Clamp(selected - rows / 2, 0, items.Count - rows);
        var titles = Math.Min(items.Max(item => CellWidth.Of(item.Title)), screen.Width - 8);
        var output = new StringBuilder();
        Erase(screen, drawn);
        screen.Console.MarkupLine($"[bold]{Markup.Escape(Cut(title, screen.Width - 1))}[/]");
        for (var at = first; at < first + rows; at++)
        {
            var item = items[at];
            var number = items.Count <= 9 ? $"{at + 1} " : "";
            var name = Cut(item.Title, titles);
            name += new string(' ', titles - CellWidth.Of(name));
            var hint = Cut(item.Hint, screen.Width - titles - number.Length - 6);
            var mark = at == selected ? "[teal]>[/]" : " ";
            var colour = at == selected ? "bold teal" : "default";
            output.Append($" {mark} [grey]{number}[/][{colour}]{Markup.Escape(name)}[/]  [grey]{Markup.Escape(hint)}[/]\n");
        }

        screen.Console.Markup(output.ToString());
        var keys = items.Count <= 9
            ? "arrows or number, Enter chooses, Esc leaves"
            : $"{selected + 1} of {items.Count} · arrows, Enter chooses, Esc leaves";
        screen.Console.Markup($"[grey]{Markup.Escape(Cut(keys, screen.Width - 1))}[/]");
        return rows + 1;
    }

    /// <summary>Cuts text to a number of columns.</summary>
    private static string Cut(string text, int columns)
    {
        if (CellWidth.Of(text) <= columns)
        {
            return text;
        }

        var cut = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (CellWidth.Of(cut.ToString()) + CellWidth.Of(rune) >= columns)
            {
                break;
            }

            cut.Append(rune.ToString());
        }

        return columns <= 0 ? "" : cut + "…";
    }

    // The cursor stands on the last of the lines drawn.
    private static void Erase(Screen screen, int drawn)
    {
        if (drawn > 0)
        {
            screen.Raw($"\r\u001b[{drawn}A\u001b[J");
        }
    }
}
