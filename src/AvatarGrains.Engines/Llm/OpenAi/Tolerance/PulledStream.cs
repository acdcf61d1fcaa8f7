namespace AvatarGrains.Engines.Llm.OpenAi.Tolerance;

/// <summary>A stream of pieces that are made as they are read. Read asynchronously only; one reader.</summary>
internal sealed class PulledStream(IAsyncEnumerable<byte[]> pieces) : Stream
{
    private readonly CancellationTokenSource _stop = new();
    private IAsyncEnumerator<byte[]>? _pieces;
    private ReadOnlyMemory<byte> _left;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // The pieces know one token for all of them, so a cancelled read ends them all.
        _pieces ??= pieces.GetAsyncEnumerator(_stop.Token);
        await using var stopping = cancellationToken.UnsafeRegister(static stop => ((CancellationTokenSource)stop!).Cancel(), _stop);
        while (_left.IsEmpty)
        {
            if (!await MoveNextAsync(_pieces, cancellationToken))
            {
                return 0;
            }

            _left = _pieces.Current;
        }

        var count = Math.Min(buffer.Length, _left.Length);
        _left[..count].CopyTo(buffer);
        _left = _left[count..];
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("This stream is read asynchronously.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        if (_pieces is { } begun)
        {
            _pieces = null;
            await begun.DisposeAsync();
        }

        await base.DisposeAsync();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && _pieces is { } begun)
        {
            _pieces = null;
            _stop.Cancel();

            // Between reads there is nothing to wait for: disposing of the pieces closes the connection.
            _ = begun.DisposeAsync().AsTask();
        }

        base.Dispose(disposing);
    }

    private static async ValueTask<bool> MoveNextAsync(IAsyncEnumerator<byte[]> pieces, CancellationToken cancellationToken)
    {
        try
        {
            return await pieces.MoveNextAsync();
        }
        catch (OperationCanceledException e) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(e.Message, e, cancellationToken);
        }
    }
}
