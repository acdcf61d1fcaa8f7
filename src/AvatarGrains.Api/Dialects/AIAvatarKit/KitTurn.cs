using System.Text.Json.Nodes;
using AvatarGrains.Core.Media;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Speech;
using AvatarGrains.Edge.Sinks;

namespace AvatarGrains.Api.Dialects.AIAvatarKit;

/// <summary>
/// What a session says in one turn, as the client is told it: <c>start</c>, then a <c>chunk</c> for each sentence with its audio, then <c>final</c>
/// or <c>vision</c>. One owner, not thread-safe.
/// </summary>
/// <param name="codecs">Decodes the speech.</param>
/// <param name="ids">Whom it is for.</param>
/// <param name="pieceBytes">Bytes of a piece of raw PCM; 0 for a WAVE file for each sentence.</param>
internal sealed class KitTurn(IAudioCodecs codecs, KitIds ids, int pieceBytes = 0) : IDisposable
{
    private const int SampleRate = 24000;
    private const char FirstWideCharacter = '\u3000';

    private readonly SpeechDecoder _decoder = new(codecs, SampleRate);
    private readonly List<short> _samples = [];
    private readonly HashSet<string> _calls = [];
    private SegmentBegan? _sentence;
    private string _text = "";
    private string _voiceText = "";
    private string? _language;
    private string? _vision;
    private bool _spoke;
    private bool _toldText;
    private int _sequence;

    /// <summary>The turn is over: nothing follows.</summary>
    public bool IsOver { get; private set; }

    /// <summary>A sentence was given.</summary>
    public bool Spoke => _spoke;

    /// <summary>The turn begins.</summary>
    /// <param name="text">What was asked.</param>
    /// <param name="heard">Whether it was heard and not written.</param>
    public KitResponse Start(string text, bool heard)
    {
        var metadata = new JsonObject { ["request_text"] = text };
        if (heard)
        {
            metadata["recognized_text"] = text;
        }

        return ids.Response("start") with { Metadata = metadata };
    }

    /// <summary>What an output of the turn becomes.</summary>
    public IEnumerable<KitResponse> Read(SessionOutput output)
    {
        switch (output)
        {
            case SegmentBegan began:
                Begin(began);
                return [];
            case SpeechChunk chunk when _sentence is { } sentence && chunk.Segment == sentence.Segment && chunk.Sequence >= _sequence:
                return Hear(chunk);
            case ToolCall call when _calls.Add(call.Id):
                return [Call(call)];
            case VisionRequested vision:
                _vision ??= vision.Source;
                return [];
            case TurnFailed failed:
                return [ids.Error(failed.Detail)];
            case TurnComplete:
                return [End(interrupted: false)];
            case TurnEnded or SessionEnded when !IsOver:
                return [End(interrupted: true)];
            default:
                return [];
        }
    }

    /// <summary>The last response.</summary>
    /// <param name="interrupted">It was cut off.</param>
    public KitResponse End(bool interrupted)
    {
        IsOver = true;
        var whole = ids.Response("final") with { Text = _text, VoiceText = _voiceText, Language = _language };
        return (interrupted, _vision) switch
        {
            (true, _) => whole with { Metadata = new JsonObject { ["interrupted"] = true } },
            (_, { } source) => whole with { Type = "vision", Metadata = new JsonObject { ["source"] = source } },
            _ => whole,
        };
    }

    public void Dispose() => _decoder.Dispose();

    private static string Join(string before, string sentence) =>
        before.Length == 0 || sentence.Length == 0 || before[^1] >= FirstWideCharacter || sentence[0] >= FirstWideCharacter
            ? before + sentence
            : before + " " + sentence;

    private void Begin(SegmentBegan began)
    {
        _sentence = began;
        _sequence = 0;
        _toldText = false;
        _samples.Clear();
        var raw = (began.Raw ?? began.Text).Trim();
        _text = Join(_text, raw);
        _voiceText = Join(_voiceText, began.Text);
        _language = Tag(began, "language") ?? _language;
    }

    private List<KitResponse> Hear(SpeechChunk chunk)
    {
        List<KitResponse> told = [];
        _sequence = chunk.Sequence + 1;
        _samples.AddRange(_decoder.Decode(chunk.Speech));
        if (pieceBytes > 0)
        {
            var most = pieceBytes / sizeof(short);
            while (_samples.Count >= most)
            {
                told.Add(Piece(most));
            }
        }

        if (chunk.Last)
        {
            if (pieceBytes == 0)
            {
                told.Add(Chunk(_samples.Count > 0 ? SpeechDecoder.Wave([.. _samples], SampleRate) : null));
                _samples.Clear();
            }
            else if (_samples.Count > 0 || !_toldText)
            {
                told.Add(Piece(_samples.Count));
            }
        }

        return told;
    }

    private KitResponse Piece(int samples)
    {
        var chunk = Chunk(samples > 0 ? SpeechDecoder.Pcm([.. _samples[..samples]]) : null);
        _samples.RemoveRange(0, samples);
        chunk.Metadata["pcm_format"] = new JsonObject { ["sample_rate"] = SampleRate, ["channels"] = 1, ["sample_width"] = sizeof(short) };
        return chunk;
    }

    /// <summary>A sentence with its first or only audio, or more audio of it.</summary>
    private KitResponse Chunk(byte[]? audio)
    {
        var sentence = _sentence!;
        var whole = !_toldText;
        var first = !_spoke;
        (_toldText, _spoke) = (true, true);
        var face = whole ? Tag(sentence, "face") : null;
        var animation = whole ? Tag(sentence, "animation") : null;
        return ids.Response("chunk") with
        {
            Text = whole ? (sentence.Raw ?? sentence.Text).Trim() : null,
            VoiceText = whole ? sentence.Text : null,
            AvatarControlRequest = new KitControlRequest(
                animation,
                animation is null ? null : KitControlRequest.Duration,
                face,
                face is null ? null : KitControlRequest.Duration),
            AudioData = audio is null ? null : Convert.ToBase64String(audio),
            Metadata = new JsonObject { ["is_first_chunk"] = first },
            Language = _language,
            ControlTags = whole ? [.. (sentence.Tags ?? []).Where(tag => tag.Name != "language").Select(Control)] : [],
        };
    }

    private KitResponse Call(ToolCall call) => ids.Response("tool_call") with
    {
        Metadata = new JsonObject
        {
            ["tool_call"] = new JsonObject { ["id"] = call.Id, ["name"] = call.Name, ["arguments"] = call.Arguments, ["result"] = call.Result },
        },
    };

    private static KitTag Control(TextTag tag) =>
        new(tag.Name, new Dictionary<string, string> { [tag.Name == "vision" ? "source" : "name"] = tag.Value });

    private static string? Tag(SegmentBegan sentence, string name)
    {
        foreach (var tag in sentence.Tags ?? [])
        {
            if (tag.Name == name && tag.Value.Length > 0)
            {
                return tag.Value;
            }
        }

        return null;
    }
}
