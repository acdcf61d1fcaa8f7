using System.Threading.Channels;
using AvatarGrains.Api.Shared.Sockets;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Turns;

namespace AvatarGrains.Api.Dialects.AIAvatarKit.Socket;

/// <summary>
/// One conversation of a socket: listens with the session's microphone, and tells the client of every turn, whoever asked. What the session delivers
/// waits in a queue whose loop owns all that is told; what belongs to a turn that is over is dropped there.
/// </summary>
internal sealed class KitVoice : ISessionSink, IAsyncDisposable
{
    // Holds the rest of one turn at most, whose length is bounded by the longest text and the model's longest answer.
    private readonly Channel<SessionOutput> _outputs = Channel.CreateUnbounded<SessionOutput>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Queue<TurnRequest> _waiting = new();
    private readonly KitSocketServices _services;
    private readonly KitContext _context;
    private readonly KitIds _ids;
    private readonly SocketOut _out;
    private readonly ITimer _sleep;
    private readonly KitFaces _faces;
    private IAsyncDisposable? _subscription;
    private Task _telling = Task.CompletedTask;
    private KitTurn? _turn;
    private int _newest;
    private int _current;
    private bool _audible;
    private bool _fresh;
    private string _shown = "";
    private volatile bool _pending;
    private volatile bool _asleep;
    private volatile bool _listening;
    private volatile bool _over;

    private KitVoice(KitSocketServices services, KitContext context, KitIds ids, SocketOut output)
    {
        (_services, _context, _ids, _out) = (services, context, ids, output);
        _faces = new KitFaces(services.Time);
        _sleep = services.Time.CreateTimer(
            _ => _outputs.Writer.TryWrite(new FellAsleep(_newest)), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public ISession Session => _context.Session;

    /// <summary>The session has ended. Any thread.</summary>
    public bool IsOver => _over;

    /// <summary>The microphone is open. Any thread.</summary>
    public bool IsListening => _listening;

    /// <summary>A wakeword must be said before it answers. Any thread.</summary>
    public bool IsAsleep => _asleep;

    /// <summary>What the avatar shows. Any thread.</summary>
    public KitFaces Faces => _faces;

    /// <summary>Words that wake it; those of the settings until others are given. Any thread.</summary>
    public IReadOnlyList<string> Wakewords { get; private set; } = [];

    /// <summary>Subscribes and opens the microphone.</summary>
    /// <exception cref="SessionRejectedException">Refused.</exception>
    public static async ValueTask<KitVoice> BeginAsync(
        KitSocketServices services, KitContext context, KitIds ids, SocketOut output, CancellationToken cancellationToken)
    {
        var voice = new KitVoice(services, context, ids, output) { Wakewords = services.Options.Wakewords };
        try
        {
            voice._asleep = services.Contexts.IsAsleep(context);
            voice._subscription = await context.Session.SubscribeAsync(voice, cancellationToken);
            voice._telling = voice.TellAsync();
            var options = services.Options;
            await voice.ListenAsync(new MicrophoneSettings(options.EndSilence, options.VolumeDbThreshold, Pace: Pace.Free), cancellationToken);
            return voice;
        }
        catch
        {
            await voice.DisposeAsync();
            throw;
        }
    }

    /// <summary>Opens the microphone, with other settings where there are some. Any thread.</summary>
    /// <exception cref="SessionRejectedException">Refused.</exception>
    public async ValueTask ListenAsync(MicrophoneSettings? settings, CancellationToken cancellationToken)
    {
        await SendAsync(new StartListening(_asleep ? ListenMode.Report : ListenMode.Conversation, Settings: settings), cancellationToken);
        _listening = true;
    }

    /// <summary>Closes the microphone. Any thread.</summary>
    /// <exception cref="SessionRejectedException">Refused.</exception>
    public async ValueTask DeafenAsync(CancellationToken cancellationToken)
    {
        await SendAsync(new StopListening(), cancellationToken);
        _listening = false;
    }

    /// <summary>Listens for wakewords from now on. Any thread.</summary>
    public ValueTask SleepAsync(IReadOnlyList<string> wakewords, CancellationToken cancellationToken)
    {
        Wakewords = wakewords;
        _asleep = wakewords.Count > 0;
        return ListenAsync(null, cancellationToken);
    }

    /// <summary>Asks, at once or behind what is being said. Any thread.</summary>
    /// <exception cref="SessionRejectedException">Refused.</exception>
    public async ValueTask AskAsync(TurnRequest question, bool wait, CancellationToken cancellationToken)
    {
        lock (_waiting)
        {
            if (wait && (_pending || Volatile.Read(ref _turn) is { IsOver: false }))
            {
                _waiting.Enqueue(question);
                Send(_ids.Response("accepted"));
                return;
            }

            for (; _waiting.TryDequeue(out _);)
            {
                Send(_ids.Response("cancelled") with { Metadata = new() { ["reason"] = "A newer request came." } });
            }
        }

        await PerformAsync(question, cancellationToken);
    }

    /// <summary>Says something. Any thread.</summary>
    /// <exception cref="SessionRejectedException">Refused.</exception>
    public ValueTask SayAsync(string text, CancellationToken cancellationToken) =>
        SendAsync(new Perform(new TurnRequest(TurnKind.Say, text) { Pace = Pace.Free }), cancellationToken);

    /// <summary>Has the client show a face or an animation, without words. Any thread.</summary>
    public void Show(string? face, string? animation, double duration)
    {
        var control = new KitControlRequest(animation, animation is null ? null : duration, face, face is null ? null : duration);
        _faces.Show(control);
        Send(_ids.Response("chunk") with
        {
            Text = "",
            VoiceText = "",
            AvatarControlRequest = control,
            Metadata = new() { ["is_first_chunk"] = false },
        });
    }

    void ISessionSink.Deliver(SessionOutput output)
    {
        if (output is TurnBegan)
        {
            Volatile.Write(ref _newest, output.Turn);
        }

        _outputs.Writer.TryWrite(output);
    }

    public ValueTask DisposeAsync() => DisposeAsync(shared: false);

    /// <param name="shared">Another socket goes on with the conversation: it is neither interrupted nor deafened.</param>
    public async ValueTask DisposeAsync(bool shared)
    {
        if (_subscription is { } subscription)
        {
            _subscription = null;
            await subscription.DisposeAsync();
        }

        _outputs.Writer.TryComplete();
        await _telling;
        await _sleep.DisposeAsync();
        _turn?.Dispose();
        if (!_over && !shared)
        {
            // Nobody hears the rest.
            await Session.SendAsync(new StopListening(), CancellationToken.None);
            await Session.SendAsync(new Interrupt(), CancellationToken.None);
        }
    }

    private async Task TellAsync()
    {
        await foreach (var output in _outputs.Reader.ReadAllAsync())
        {
            // What belongs to an older turn is stale, but for the words that began a turn.
            if (output is TurnBegan or PhaseChanged or UserCaption or SessionEnded or FellAsleep || output.Turn >= Volatile.Read(ref _newest))
            {
                try
                {
                    await TellAsync(output);
                }
                catch (SessionRejectedException refused)
                {
                    Send(_ids.Error(refused.Message));
                }
            }
        }
    }

    private async ValueTask TellAsync(SessionOutput output)
    {
        switch (output)
        {
            case TurnBegan began:
                _fresh = true;
                Cut(began.Turn);
                break;
            case PhaseChanged changed:
                OnPhase(changed.Phase);

                break;
            case UserCaption { Final: true } caption:
                await OnCaptionAsync(caption);
                break;
            case FellAsleep:
                await FallAsleepAsync();
                break;
            case SessionEnded:
                Pass(output);
                _over = true;
                break;
            case SegmentBegan or ToolCall when _turn is not { IsOver: false }:
                // Words that nobody asked for, such as an apology.
                Begin(output.Turn, _shown, heard: _shown.Length > 0);
                Pass(output);
                break;
            default:
                Pass(output);
                break;
        }

        if (output is TurnComplete && !_over)
        {
            await OnDoneAsync();
        }
    }

    private async ValueTask OnCaptionAsync(UserCaption caption)
    {
        if (_asleep)
        {
            if (KitContexts.Wakes(caption.Text, Wakewords))
            {
                await PerformAsync(new TurnRequest(TurnKind.Ask, caption.Text) { Pace = Pace.Free }, CancellationToken.None);
            }

            return;
        }

        if (caption.Text.Length == 0)
        {
            Send(_ids.Response("canceled") with { Metadata = new() { ["reason"] = "No speech was recognized." } });
            return;
        }

        if (_fresh)
        {
            Begin(caption.Turn, caption.Text, heard: !_pending);
            _pending = false;
        }
        else
        {
            // Nothing that is answered: what is said to it begins the response.
            _shown = caption.Text;
        }
    }

    /// <summary>The client drops what it plays, and a response begins.</summary>
    private void Begin(int turn, string text, bool heard)
    {
        if (turn != _current || _turn is null)
        {
            Send(_ids.Response("stop"));
            _audible = false;
        }

        Cut(turn);
        _turn?.Dispose();
        _shown = "";
        _current = turn;
        var begun = new KitTurn(_services.Codecs, _ids, _services.Options.ResponseAudioChunkSize);
        Volatile.Write(ref _turn, begun);
        Send(begun.Start(text, heard));
    }

    /// <summary>A newer turn ends one that was still being told.</summary>
    private void Cut(int turn)
    {
        if (turn > _current && _turn is { IsOver: false } cut)
        {
            Send(cut.End(interrupted: true));
        }
    }

    private void OnPhase(ConversationPhase phase)
    {
        // A turn that begins with silence cut off the one before.
        if (phase == ConversationPhase.Listening || (phase == ConversationPhase.Idle && _fresh))
        {
            StopPlaying();
        }

        _fresh = false;
        if (phase == ConversationPhase.Listening)
        {
            Send(_ids.Response("voiced"));
        }
    }

    private void StopPlaying()
    {
        if (_audible)
        {
            _audible = false;
            Send(_ids.Response("stop"));
        }
    }

    private void Pass(SessionOutput output)
    {
        if (output is TurnFailed failed && _turn is not { IsOver: false })
        {
            Send(_ids.Error(failed.Detail));
            return;
        }

        foreach (var response in _turn is { IsOver: false } turn ? turn.Read(output) : [])
        {
            _audible |= response.AudioData is not null;
            if (response.AvatarControlRequest is { } control)
            {
                _faces.Show(control);
            }

            Send(response);
        }
    }

    private async ValueTask OnDoneAsync()
    {
        if (Wakewords.Count > 0)
        {
            _sleep.Change(_services.Options.WakewordTimeout, Timeout.InfiniteTimeSpan);
        }

        TurnRequest? next;
        lock (_waiting)
        {
            _waiting.TryDequeue(out next);
        }

        if (next is not null)
        {
            await PerformAsync(next, CancellationToken.None);
        }
    }

    private async ValueTask FallAsleepAsync()
    {
        if (!_asleep && _turn is not { IsOver: false } && Wakewords.Count > 0)
        {
            _asleep = true;
            await Session.SendAsync(new StartListening(ListenMode.Report), CancellationToken.None);
        }
    }

    /// <summary>Asks, awake.</summary>
    private async ValueTask PerformAsync(TurnRequest question, CancellationToken cancellationToken)
    {
        if (_asleep)
        {
            _asleep = false;
            await SendAsync(new StartListening(ListenMode.Conversation), cancellationToken);
        }

        _pending = true;
        try
        {
            await SendAsync(new Perform(question), cancellationToken);
        }
        catch
        {
            _pending = false;
            throw;
        }
    }

    private void Send(KitResponse response) => _out.Post(KitBodies.Bytes(response));

    private async ValueTask SendAsync(SessionCommand command, CancellationToken cancellationToken)
    {
        var result = await Session.SendAsync(command, cancellationToken);
        if (result.Reject is { } reject)
        {
            throw new SessionRejectedException(reject, result.Detail);
        }
    }

    /// <summary>Nothing was said for as long as a wakeword lasts; told by the timer.</summary>
    private sealed record FellAsleep(int Turn) : SessionOutput(Turn);
}
