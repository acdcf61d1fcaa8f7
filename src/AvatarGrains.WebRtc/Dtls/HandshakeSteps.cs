using System.Diagnostics.CodeAnalysis;

namespace AvatarGrains.WebRtc.Dtls;

/// <summary>
/// The steps of one handshake, run one after the other on whatever thread the owner of the peer gives them: a step signs and multiplies
/// points for about a millisecond, in which a media loop would have sent the packets of a hundred others. While a step runs nobody else
/// touches the association. All members belong to the loop, except what <c>run</c> is handed.
/// </summary>
internal sealed class HandshakeSteps(IDtlsAssociation association, Action<Action> run, Action done)
{
    /// <summary>More than any flight has; further datagrams are dropped, and the remote sends them again.</summary>
    private const int MaxWaiting = 32;

    private const int Idle = 0;
    private const int Running = 1;
    private const int Abandoned = 2;

    private readonly Queue<byte[]> _waiting = new();
    private byte[][] _input = [];
    private Exception? _failure;
    private int _state;

    /// <summary>True from the start of a step until <see cref="Finish"/>.</summary>
    public bool IsRunning { get; private set; }

    /// <summary>Takes a datagram of the handshake and starts a step, unless one runs.</summary>
    public void Add(ReadOnlySpan<byte> datagram)
    {
        if (_waiting.Count < MaxWaiting)
        {
            _waiting.Enqueue(datagram.ToArray());
        }

        StartNext();
    }

    /// <summary>Ends a step, after <c>done</c> was called: the loop may use the association again.</summary>
    public void Finish()
    {
        IsRunning = false;
        _input = [];
        if (_failure is { } failure)
        {
            _failure = null;
            throw new InvalidOperationException("A step of the DTLS handshake broke.", failure);
        }
    }

    /// <summary>Starts a step when datagrams wait and none runs.</summary>
    public void StartNext()
    {
        if (IsRunning || _waiting.Count == 0)
        {
            return;
        }

        _input = [.. _waiting];
        _waiting.Clear();
        IsRunning = true;
        Volatile.Write(ref _state, Running);
        run(Run);
    }

    /// <summary>Takes a datagram that came while the last step ran.</summary>
    public bool TryTake([NotNullWhen(true)] out byte[]? datagram) => _waiting.TryDequeue(out datagram);

    /// <summary>Disposes the association, at the end of the step that runs if there is one.</summary>
    public void Abandon()
    {
        if (Interlocked.CompareExchange(ref _state, Abandoned, Running) != Running)
        {
            association.Dispose();
        }
    }

    private void Run()
    {
        try
        {
            foreach (var datagram in _input)
            {
                association.Receive(datagram);
            }
        }
        catch (Exception failure)
        {
            // A broken invariant: Finish throws it again on the loop, which then ends this one peer.
            _failure = failure;
        }

        if (Interlocked.CompareExchange(ref _state, Idle, Running) == Abandoned)
        {
            association.Dispose();
        }
        else
        {
            done();
        }
    }
}
