using System.Text.Json;
using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Edge;

namespace AvatarGrains.Api.Dialects.Perso;

/// <summary>
/// The data channel of Perso's web SDKs (all generations), and the extensions of docs/perso-extensions.md for clients that subscribe to
/// them.
/// </summary>
internal sealed class PersoChannel : IChannelDialect
{
    private const int MaxSize = 1920;
    private const int MinSize = 64;
    private static readonly TimeSpan[] AskAfter = [TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(1)];

    private readonly IEdgeControl _edge;
    private readonly IEdgeAddresses _edges;
    private readonly PersoUploads _uploads;
    private readonly PersoSpeechInput _speech;
    private readonly PersoConfigure _configure;
    private readonly PersoEvents _events;
    private readonly PersoReplies _replies;
    private bool _legacy;

    public PersoChannel(IEdgeControl edge, PersoChannelServices services)
    {
        _edge = edge;
        _edges = services.Edges;
        _replies = new PersoReplies(edge);
        _events = new PersoEvents(edge, _replies);
        _uploads = new PersoUploads(edge.Options.MaxUploadBytes);
        _speech = new PersoSpeechInput(edge, _replies, _uploads, services);
        _configure = new PersoConfigure(edge, _replies, services.Names);
    }

    public void OnOpened(ushort channel, string label, string protocol)
    {
        if (label == "file")
        {
            AskForFile(channel, _uploads.Open(channel));
        }
        else
        {
            // SDKs name it "message"; other programs need not.
            _replies.Channel ??= channel;
        }
    }

    public void OnMessage(ushort channel, bool text, ReadOnlySpan<byte> message)
    {
        if (_uploads.IsUpload(channel))
        {
            Upload(channel, message);
            return;
        }

        _replies.Channel = channel;
        if (message.Length > ChannelMessage.MaxBytes)
        {
            _replies.Error("too_large", null, $"A message may have {ChannelMessage.MaxBytes} bytes.");
            return;
        }

        var parsed = text ? ChannelMessage.Parse(message, out var document) : Nothing(out document);
        using (document)
        {
            if (parsed is not { } known)
            {
                _replies.Error("bad_message", null, "A message is a text with a JSON object that has a type.");
                return;
            }

            try
            {
                Dispatch(known);
            }
            catch (ChannelFieldException wrong)
            {
                _replies.Error("invalid", known.Type, wrong.Message, known.Id());
            }
        }
    }

    public void OnMessageTooLarge(ushort channel)
    {
        // A file that lacks a part is no file.
        _uploads.Refuse(channel);
        _replies.Error("too_large", null, $"A message may have {ChannelMessage.MaxBytes} bytes.");
    }

    public void OnClosed(ushort channel)
    {
        _uploads.Close(channel);
        if (_replies.Channel == channel)
        {
            _replies.Channel = null;
        }
    }

    public void OnOutput(SessionOutput output)
    {
        if (output is DictationResult dictation)
        {
            _replies.Dictation(dictation);
        }

        _configure.OnOutput(output);
        _events.OnOutput(output);
    }

    public void OnSegmentStarted(SpeechSegment segment) => _events.OnSegmentStarted(segment);

    public void OnSegmentTimed(SpeechSegment segment, int durationMs) => _replies.SentenceStarted(segment.Text, durationMs, _legacy);

    public void OnInterrupted(int turn) => _events.OnInterrupted(turn);

    public void OnTaken(string question) => _replies.Accepted(question);

    public void OnRefused(SessionCommand command, CommandResult result) => _replies.Refused(command, result);

    public void OnViewShown(AvatarView view) => _configure.OnViewShown();

    public void OnViewRefused(AvatarView view, string detail) => _configure.OnViewRefused(detail);

    public void OnSnapshot(SessionSnapshot snapshot) => _events.OnSnapshot(snapshot);

    public bool OnLeaving() => _edges.AreThere && _events.Leave(_edges.Others);

    private static ChannelMessage? Nothing(out JsonDocument? document)
    {
        document = null;
        return null;
    }

    private void Dispatch(in ChannelMessage message)
    {
        switch (message.Type)
        {
            case "ping":
                _replies.Pong();
                break;
            case "ttstf":
                _edge.Post(Perform.Say(_speech.RequiredText(message, "message")));
                break;
            case "chat":
                _legacy |= message.Has("history");
                _edge.Post(Perform.Ask(_speech.RequiredText(message, "message"), message.Id()));
                break;
            case "hello":
                _edge.Post(new Greet());
                break;
            case "renew-session":
                _legacy = true;
                _edge.Post(new Heartbeat());
                break;
            case "clear-buffer":
                _speech.Cancel();
                _edge.Post(new Interrupt());
                break;
            case "record-start":
                _edge.Post(new StartListening(ListenMode.Dictation, message.Text("language")));
                break;
            case "record-end-stt":
                _edge.Post(new StopListening(message.Text("language")));
                break;
            case "record-end-translate":
                _edge.Post(new StartListening(ListenMode.Off));
                _replies.TranslateError();
                break;
            case "change-size":
                ChangeSize(message);
                break;
            case "stf" or "stf-streaming-start" or "stf-streaming-data" or "stf-streaming-end":
                _speech.Receive(message);
                break;
            case "set-template" or "configure":
                _configure.Receive(message);
                break;
            case "subscribe":
                _events.Subscribe(message.Texts("events"));
                break;
            case "edges":
                _replies.Edges(_edges.Others);
                break;
            case "listen":
                Listen(message);
                break;
            case "clear-history":
                _edge.Post(new ClearHistory());
                break;
            default:
                _replies.Error("unknown_command", message.Type, "This server does not know that message.");
                break;
        }
    }

    private void ChangeSize(in ChannelMessage message)
    {
        if (message.Number("width", 1, 16384) is not { } width || message.Number("height", 1, 16384) is not { } height)
        {
            throw new ChannelFieldException("width and height are required.");
        }

        _edge.ChangeView(_edge.View with { Width = Even(width), Height = Even(height) });
    }

    private static int Even(double size) => Math.Clamp((int)size, MinSize, MaxSize) & ~1;

    private void Listen(in ChannelMessage message)
    {
        var mode = message.Text("mode") switch
        {
            "conversation" => ListenMode.Conversation,
            "dictation" => ListenMode.Dictation,
            "off" => ListenMode.Off,
            _ => throw new ChannelFieldException("mode must be conversation, dictation or off."),
        };
        _edge.Post(new StartListening(mode, message.Text("language")));
        _replies.State();
    }

    /// <summary>
    /// Browsers may hand out a message before they call its channel open, and what SDKs send at that moment throws; so the file is asked
    /// for a little later, and once more if nothing comes. A client that sends it twice is understood: what follows a whole file is thrown
    /// away.
    /// </summary>
    private void AskForFile(ushort channel, object file)
    {
        foreach (var delay in AskAfter)
        {
            _edge.After(delay, () =>
            {
                if (_uploads.Awaits(channel, file))
                {
                    // SDKs ask for the length of what arrives, which only a text has.
                    _edge.Send(channel, true, []);
                }
            });
        }
    }

    private void Upload(ushort channel, ReadOnlySpan<byte> message)
    {
        if (!_uploads.Receive(channel, message, out var reference))
        {
            _replies.Error("too_large", "stf", $"Files waiting to be spoken may have {_edge.Options.MaxUploadBytes} bytes together.");
        }
        else if (reference is not null)
        {
            _edge.Send(channel, true, System.Text.Encoding.UTF8.GetBytes(reference));
        }
    }
}
