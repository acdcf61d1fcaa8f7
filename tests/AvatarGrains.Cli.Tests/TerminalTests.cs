using System.Text;
using AvatarGrains.Cli.Audio;
using AvatarGrains.Cli.Chat;
using AvatarGrains.Cli.Screens;
using AvatarGrains.Cli.Terminal;
using FsCheck;
using FsCheck.Fluent;

namespace AvatarGrains.Cli.Tests;

/// <summary>What is drawn and typed, without a terminal.</summary>
public sealed class TerminalTests
{
    [Theory]
    [InlineData("Hello.", "How are you?", "Hello. How are you?")]
    [InlineData("Hello.", " How are you?", "Hello. How are you?")]
    [InlineData("안녕.", "반가워요.", "안녕. 반가워요.")]
    [InlineData("你好。", "很好。", "你好。很好。")]
    [InlineData("With a face,", "live here", "With a face, live here")]
    [InlineData("1,", "000", "1,000")]
    [InlineData("Hel", "lo", "Hello")]
    [InlineData("It costs 3.", "50 now", "It costs 3.50 now")]
    [InlineData("\"Yes!\"", "She left.", "\"Yes!\" She left.")]
    [InlineData("One.\n", "Two.", "One.\nTwo.")]
    [InlineData("\n A", "\u001b[2J\u202Eb\t", "A[2Jb ")]
    public void Pieces_join_as_a_reader_expects(string first, string second, string expected)
    {
        var joiner = new ReplyJoiner();
        Assert.Equal(expected, joiner.Add(first) + joiner.Add(second));
        Assert.Equal(expected, joiner.Text);
    }

    [Fact]
    public void Wrapping_fits_every_line_keeps_every_letter_and_does_not_care_how_the_text_is_cut()
    {
        var letters = Gen.Elements("a", "b ", "  ", "\n", "word ", "漢", "한글 ", "é", "👍", "supercalifragilistic");
        var texts = Gen.Select(Gen.ListOf(letters), parts => string.Concat(parts));
        Prop.ForAll(Arb.From(texts), Arb.From(Gen.Choose(8, 30)), (text, width) =>
        {
            var lines = WordWrap.Lines(text, width);
            var wrap = new WordWrap(() => width);
            var pieces = new StringBuilder();
            foreach (var rune in text.EnumerateRunes())
            {
                pieces.Append(wrap.Push(rune.ToString()));
            }

            pieces.Append(wrap.Flush());
            return lines.All(line => CellWidth.Of(line) <= width) && Letters(string.Concat(lines)) == Letters(text)
                && pieces.ToString() == string.Join('\n', lines);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Line_buffer_keeps_text_elements_whole_and_its_cursor_inside()
    {
        var steps = Gen.ListOf(Gen.Choose(0, 9));
        Prop.ForAll(Arb.From(steps), list =>
        {
            var line = new LineBuffer();
            foreach (var step in list)
            {
                Apply(line, step);
                var (text, column) = line.Window(12);
                if (line.Cursor < 0 || line.Cursor > line.Text.Length || column >= 12 || CellWidth.Of(text) >= 12 || HasLoneSurrogate(line.Text))
                {
                    return false;
                }
            }

            return true;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public async Task Editor_edits_recalls_and_leaves()
    {
        var terminal = new FakeTerminal();
        var editor = new LineEditor(terminal.Screen);
        terminal.Type("helo").Press(ConsoleKey.LeftArrow).Type("l").Press(ConsoleKey.End).Type(" 세계").Press(ConsoleKey.Enter);
        Assert.Equal("hello 세계", await editor.ReadAsync("You", "aqua", Token));
        terminal.Type("draft").Press(ConsoleKey.UpArrow).Press(ConsoleKey.W, control: true).Type("you").Press(ConsoleKey.Enter);
        Assert.Equal("hello you", await editor.ReadAsync("You", "aqua", Token));
        terminal.Type("dr").Press(ConsoleKey.UpArrow).Press(ConsoleKey.DownArrow).Press(ConsoleKey.Enter);
        Assert.Equal("dr", await editor.ReadAsync("You", "aqua", Token));
        terminal.Press(ConsoleKey.D, control: true);
        Assert.Null(await editor.ReadAsync("You", "aqua", Token));
    }

    [Theory]
    [InlineData("3", 2)]
    [InlineData("", 0)]
    [InlineData("jj", 2)]
    [InlineData("jjjjjjk", 3)]
    public async Task Menu_is_chosen_by_number_or_arrows(string typed, int expected)
    {
        var terminal = new FakeTerminal();
        foreach (var key in typed)
        {
            terminal.Press(key == 'j' ? ConsoleKey.DownArrow : key == 'k' ? ConsoleKey.UpArrow : ConsoleKey.D3, character: key is '3' ? '3' : '\0');
        }

        terminal.Press(ConsoleKey.Enter);
        var items = Enumerable.Range(0, 5).Select(at => new MenuItem($"[item] {at}", new string('x', 200))).ToList();
        Assert.Equal(expected, await Menu.ChooseAsync(terminal.Screen, "Pick", items, 0, Token));
        terminal.Press(ConsoleKey.Escape);
    }

    [Fact]
    public async Task Menu_higher_than_the_terminal_scrolls()
    {
        var terminal = new FakeTerminal(height: 10);
        terminal.Press(ConsoleKey.End).Press(ConsoleKey.Enter);
        var items = Enumerable.Range(0, 100).Select(at => new MenuItem($"item {at}")).ToList();
        Assert.Equal(99, await Menu.ChooseAsync(terminal.Screen, "Pick", items, 0, Token));
        Assert.Contains("item 99", terminal.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("item 50", terminal.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pager_starts_at_the_end_and_scrolls()
    {
        var terminal = new FakeTerminal(height: 10);
        terminal.Press(ConsoleKey.Home).Press(ConsoleKey.Q, character: 'q');
        await Pager.ShowAsync(terminal.Screen, "History", _ => [.. Enumerable.Range(0, 50).Select(at => $"line {at:00}")], Token);
        Assert.Matches("line 49[\\s\\S]*line 00", terminal.Text);
        Assert.DoesNotContain("line 20", terminal.Text, StringComparison.Ordinal);
        Assert.EndsWith("\u001b[?1049l", terminal.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void History_wraps_under_its_label()
    {
        var at = new DateTimeOffset(2026, 1, 1, 9, 5, 0, TimeSpan.Zero);
        var lines = HistoryView.Lines([new TranscriptLine(at, true, "hi"), new TranscriptLine(at, false, "one two three four")], 28);
        Assert.Equal(["09:05  You     hi", "09:05  Avatar  one two", "               three four", ""], lines);
    }

    [Theory]
    [InlineData("UklGRiQAAABXQVZF", "wav")]
    [InlineData("T2dnUwACAAAAAAAA", "ogg")]
    [InlineData("ZkxhQwAAACIQABAA", "flac")]
    [InlineData("GkXfo59ChoEBQveB", "webm")]
    [InlineData("SUQzBAAAAAAAI1RT", "mp3")]
    [InlineData("//uQxAAAAAAAAAAA", "mp3")]
    [InlineData("UklGRiQAAABBVkkg", null)]
    [InlineData("/+AAAA==", null)]
    [InlineData("", null)]
    public void Audio_is_known_by_its_first_bytes(string start, string? expected) =>
        Assert.Equal(expected, AudioFile.Sniff(Convert.FromBase64String(start)));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static string Letters(string text) => text.Replace(" ", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal);

    private static bool HasLoneSurrogate(string text) => text.EnumerateRunes().Any(rune => rune == Rune.ReplacementChar);

    private static void Apply(LineBuffer line, int step)
    {
        switch (step)
        {
            case 0: line.Insert("ab "); break;
            case 1: line.Insert("👩‍👩‍👧"); break;
            case 2: line.Insert("漢é"); break;
            case 3: line.Left(); break;
            case 4: line.Right(); break;
            case 5: line.Backspace(); break;
            case 6: line.Delete(); break;
            case 7: line.DeleteWord(); break;
            case 8: line.WordRight(); break;
            default: line.Home(); break;
        }
    }
}
