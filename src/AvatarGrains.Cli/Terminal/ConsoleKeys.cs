using System.Threading.Channels;

namespace AvatarGrains.Cli.Terminal;

/// <summary>
/// Keys of the console. Reading one cannot be cancelled, so one thread reads them all, and waiting for the next is what is cancelled.
/// </summary>
internal sealed class ConsoleKeys : IKeySource
{
    private readonly Channel<ConsoleKeyInfo> _keys = Channel.CreateUnbounded<ConsoleKeyInfo>();
    private Thread? _reader;

    public ValueTask<ConsoleKeyInfo> ReadAsync(CancellationToken cancellationToken)
    {
        Start();
        return _keys.Reader.ReadAsync(cancellationToken);
    }

    public bool TryRead(out ConsoleKeyInfo key)
    {
        Start();
        return _keys.Reader.TryRead(out key);
    }

    private void Start()
    {
        if (_reader is null)
        {
            _reader = new Thread(Read) { IsBackground = true, Name = "keys" };
            _reader.Start();
        }
    }

    private void Read()
    {
        try
        {
            while (true)
            {
                _keys.Writer.TryWrite(Console.ReadKey(intercept: true));
            }
        }
        catch (Exception error) when (error is InvalidOperationException or IOException)
        {
            // The terminal is gone.
            _keys.Writer.TryComplete(error);
        }
    }
}
