using AvatarGrains.Cli.Terminal;
using Spectre.Console;

namespace AvatarGrains.Cli.Tests;

/// <summary>A terminal of a fixed size with keys that are pressed already.</summary>
internal sealed class FakeTerminal : IKeySource
{
    private readonly Queue<ConsoleKeyInfo> _keys = new();
    private readonly StringWriter _written = new();

    public FakeTerminal(int width = 80, int height = 24)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.Yes,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(_written),
        });
        console.Profile.Width = width;
        console.Profile.Height = height;
        Screen = new Screen(console, this);
    }

    public Screen Screen { get; }

    public string Text => _written.ToString();

    public FakeTerminal Type(string text)
    {
        foreach (var one in text)
        {
            _keys.Enqueue(new ConsoleKeyInfo(one, one == ' ' ? ConsoleKey.Spacebar : ConsoleKey.None, false, false, false));
        }

        return this;
    }

    public FakeTerminal Press(ConsoleKey key, bool control = false, char character = '\0')
    {
        _keys.Enqueue(new ConsoleKeyInfo(character, key, false, false, control));
        return this;
    }

    public ValueTask<ConsoleKeyInfo> ReadAsync(CancellationToken cancellationToken) => ValueTask.FromResult(_keys.Dequeue());

    public bool TryRead(out ConsoleKeyInfo key) => _keys.TryDequeue(out key);
}
