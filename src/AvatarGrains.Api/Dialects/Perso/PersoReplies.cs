using AvatarGrains.Edge;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Turns;

namespace AvatarGrains.Api.Dialects.Perso;

/// <summary>Messages to the client that every generation of SDK knows, and errors.</summary>
internal sealed class PersoReplies(IEdgeControl edge)
{
    private static ReadOnlySpan<byte> Ping => "{\"type\":\"ping\",\"data\":{}}"u8;

    private readonly ChannelWriter _writer = new();

    /// <summary>The channel the client talks on, or null while there is none.</summary>
    public ushort? Channel { get; set; }

    public ChannelWriter Writer => _writer;

    public void Pong() => Send(Ping);

    public void SentenceStarted(string text, int durationMs, bool legacy)
    {
        var json = _writer.Begin("stf");
        json.WriteString("message", text);
        json.WriteNumber("duration", durationMs);
        Send(_writer.End());
        if (legacy)
        {
            json = _writer.Begin("stf-start");
            json.WriteString("name", text);
            json.WriteNumber("duration", durationMs);
            Send(_writer.End());
        }
    }

    public void Dictation(DictationResult result)
    {
        if (result.Fault is null)
        {
            _writer.Begin("stt").WriteString("text", result.Text);
        }
        else
        {
            _writer.Begin("stt-error").WriteNumber("code", 500);
        }

        Send(_writer.End());
    }

    public void TranslateError()
    {
        var json = _writer.Begin("translate-error");
        json.WriteNumber("code", 501);
        json.WriteString("detail", "This server does not translate.");
        Send(_writer.End());
    }

    /// <summary>A question is in the stored conversation.</summary>
    public void Accepted(string question)
    {
        _writer.Begin("accepted").WriteString("id", question);
        Send(_writer.End());
    }

    public void State()
    {
        var (spec, view) = (edge.Spec, edge.View);
        var json = _writer.Begin("state");
        json.WriteString("session_id", edge.SessionId);
        json.WriteString("avatar", view.Avatar);
        json.WriteNumber("width", view.Width);
        json.WriteNumber("height", view.Height);
        json.WriteString("background", view.Background ?? "");
        json.WriteNumber("padding_left", view.PaddingLeft);
        json.WriteNumber("padding_top", view.PaddingTop);
        json.WriteNumber("padding_height", view.PaddingHeight);
        json.WriteString("voice", spec.Voice);
        json.WriteString("model", spec.Model);
        json.WriteString("language", spec.Language);
        json.WriteString("listen", edge.Listening switch
        {
            ListenMode.Conversation => "conversation",
            ListenMode.Dictation => "dictation",
            _ => "off",
        });
        json.WriteString("phase", PersoReason.Name(edge.Phase));
        json.WriteNumber("turn", edge.Turn);
        Send(_writer.End());
    }

    /// <param name="urls">Where else the session can be joined.</param>
    /// <param name="type">Whether that is good to know, or time to go.</param>
    public void Edges(IReadOnlyList<string> urls, string type = "edges")
    {
        var json = _writer.Begin(type);
        json.WriteStartArray("urls");
        foreach (var url in urls)
        {
            json.WriteStringValue(url);
        }

        json.WriteEndArray();
        Send(_writer.End());
    }

    /// <param name="code">What is wrong.</param>
    /// <param name="type">Type of the message it is about.</param>
    /// <param name="detail">Words for people.</param>
    /// <param name="id">The id the client gave that message, or null.</param>
    public void Error(string code, string? type, string detail, string? id = null)
    {
        edge.CountBadMessage();
        var json = _writer.Begin("error");
        json.WriteString("code", code);
        json.WriteString("type", type);
        json.WriteString("detail", detail);
        if (id is not null)
        {
            json.WriteString("id", id);
        }

        Send(_writer.End());
    }

    /// <summary>The session refused a command; those the edge made itself are no matter of the client's.</summary>
    public void Refused(SessionCommand command, CommandResult result)
    {
        if (command is StopListening or StartListening { Mode: ListenMode.Dictation })
        {
            _writer.Begin("stt-error").WriteNumber("code", result.Reject == RejectReason.CapabilityMissing ? 403 : 409);
            Send(_writer.End());
        }
        else if (TypeOf(command) is { } type)
        {
            Error(CodeOf(result.Reject!.Value), type, result.Detail, (command as Perform)?.Request.Id);
        }
    }

    public void Send(ReadOnlySpan<byte> message)
    {
        if (Channel is { } channel)
        {
            edge.Send(channel, true, message);
        }
    }

    private static string? TypeOf(SessionCommand command) => command switch
    {
        Perform { Request.Kind: TurnKind.Say } => "ttstf",
        Perform => "chat",
        Greet => "hello",
        Interrupt => "clear-buffer",
        BeginClientSpeech => "stf-streaming-start",
        AppendClientSpeech => "stf-streaming-data",
        EndClientSpeech => "stf-streaming-end",
        StartListening => "listen",
        Reconfigure => "configure",
        ClearHistory => "clear-history",
        _ => null,
    };

    private static string CodeOf(RejectReason reason) => reason switch
    {
        RejectReason.CapabilityMissing => "capability_missing",
        RejectReason.InvalidArgument or RejectReason.UnknownReference => "invalid",
        RejectReason.Busy or RejectReason.QuotaExceeded or RejectReason.EngineFailed or RejectReason.EngineBusy => "busy",
        _ => "wrong_state",
    };
}
