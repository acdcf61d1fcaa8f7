using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Threading.Channels;
using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Speech;
using Microsoft.Extensions.AI;

namespace AvatarGrains.Core.Turns;

/// <summary>
/// Says one thing: a text, a model's answer, or the client's own sound. Runs beside the session's loop and tells it everything by messages;
/// what it sends after it was cancelled is dropped there. The model streams while earlier sentences are spoken.
/// </summary>
internal sealed class SpeechJob
{
    private const string English = "en";

    private readonly SessionServices _services;
    private readonly SessionSpec _spec;
    private readonly PlayoutGate _gate;
    private readonly Mailbox _mailbox;
    private readonly CancellationTokenSource _cancel = new();
    private readonly VoiceOutcome _voice = new();
    private readonly Dictionary<string, (string Name, string Arguments)> _calls = [];
    private Expression _expression = Expression.Neutral;
    private TimeSpan? _firstWords;

    private SpeechJob(SessionServices services, SessionSpec spec, PlayoutGate gate, Mailbox mailbox) =>
        (_services, _spec, _gate, _mailbox) = (services, spec, gate, mailbox);

    /// <summary>The words spoken when a turn failed: no more apologies when this one fails too.</summary>
    public bool IsApology { get; private init; }

    /// <summary>When the model's first words came, on the session's clock. Set before the first sentence is told.</summary>
    public TimeSpan? FirstWords => _firstWords;

    /// <summary>Starts saying something.</summary>
    public static SpeechJob Start(
        SessionServices services, SessionSpec spec, SpeechSource source, PlayoutGate gate, Mailbox mailbox, bool apology = false)
    {
        var job = new SpeechJob(services, spec, gate, mailbox) { IsApology = apology };
        _ = Task.Run(() => job.RunAsync(source));
        return job;
    }

    public void Cancel() => _cancel.Cancel();

    /// <summary>Never faults: the end, good or bad, is a message.</summary>
    private async Task RunAsync(SpeechSource source)
    {
        Exception? error = null;
        try
        {
            if (source is AudioSource audio)
            {
                await FollowAsync(audio, _cancel.Token);
            }
            else
            {
                await SpeakAsync(source, _cancel.Token);
            }
        }
        catch (Exception e)
        {
            // The loop decides whether it is an outcome or a bug.
            error = EngineFaults.Read(e, _cancel.IsCancellationRequested) ?? e;
        }

        _mailbox.Post(new JobOverMessage(this, _cancel.IsCancellationRequested ? null : error));
    }

    private async Task FollowAsync(AudioSource source, CancellationToken cancellationToken)
    {
        _mailbox.Post(new SentenceMessage(this, new TextSegment(source.Message, [], source.Message), _expression));
        await PlayAsync(_services.Segments.FollowAsync(source.Audio, _expression, cancellationToken), cancellationToken);
    }

    private async Task SpeakAsync(SpeechSource source, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var sentences = Channel.CreateBounded<TextSegment>(_services.Speech.SentencesAhead);
        var voice = (source is AnswerSource answer ? answer.Request.Voice : ((TextSource)source).Voice) ?? _spec.Voice;
        var writing = WriteAsync(source, sentences.Writer, stop.Token);
        try
        {
            await foreach (var sentence in sentences.Reader.ReadAllAsync(cancellationToken))
            {
                await SayAsync(sentence, voice, cancellationToken);
            }

            if (IsApology && _voice.IsSilent)
            {
                // No voice knows the session's language now. Words in another language say more than silence.
                var english = Apologies.ForFault(EngineFault.Failed, English);
                var plain = new SegmentRequest(english, Voice: null, English, Expression.Neutral) { Slack = _gate.Left };
                await SayAsync(new TextSegment(english, [], english), plain, cancellationToken);
            }

            _voice.ThrowIfSilent();
        }
        finally
        {
            // A voice that failed must not leave the model running.
            await stop.CancelAsync();
            await writing;
        }
    }

    /// <summary>Never faults: the reader gets the error after the sentences before it.</summary>
    private async Task WriteAsync(SpeechSource source, ChannelWriter<TextSegment> writer, CancellationToken cancellationToken)
    {
        Exception? error = null;
        try
        {
            var text = source is AnswerSource answer ? AnswerAsync(answer, cancellationToken) : OnceAsync(((TextSource)source).Text);
            var filler = source is AnswerSource && _spec.Capabilities.CanSpeak() && _services.Speech.FillerAfter > TimeSpan.Zero
                ? Apologies.OneMoment(_spec.Language)
                : null;
            await foreach (var sentence in SentenceStream.SplitAsync(text, _services.Speech, filler, _services.Time, cancellationToken))
            {
                await writer.WriteAsync(sentence, cancellationToken);
            }
        }
        catch (Exception e)
        {
            // Handed to the reader, which tells outcomes from bugs.
            error = e;
        }

        writer.Complete(error);
    }

    private async IAsyncEnumerable<string> AnswerAsync(AnswerSource source, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var call = await ModelCall.PrepareAsync(_services, _spec, source.History, source.Request, spoken: true, cancellationToken);
        await foreach (var update in call.Client.GetStreamingResponseAsync(call.Messages, call.Options, cancellationToken))
        {
            foreach (var content in update.Contents)
            {
                Tell(content);
            }

            var text = update.Text;
            if (!string.IsNullOrWhiteSpace(text))
            {
                _firstWords ??= _gate.Now;
            }

            yield return text;
        }
    }

    private void Tell(AIContent content)
    {
        switch (content)
        {
            case FunctionCallContent call:
                var arguments = JsonSerializer.Serialize(call.Arguments ?? new Dictionary<string, object?>(), AIJsonUtilities.DefaultOptions);
                _calls[call.CallId] = (call.Name, arguments);
                _mailbox.Post(new ToolMessage(this, call.CallId, call.Name, arguments, null));
                break;
            case FunctionResultContent result when _calls.TryGetValue(result.CallId, out var asked):
                var given = result.Result as string ?? JsonSerializer.Serialize(result.Result, AIJsonUtilities.DefaultOptions);
                _mailbox.Post(new ToolMessage(this, result.CallId, asked.Name, asked.Arguments, given));
                break;
        }
    }

    private static async IAsyncEnumerable<string> OnceAsync(string text)
    {
        await Task.CompletedTask;
        yield return text;
    }

    private async ValueTask SayAsync(TextSegment sentence, string? voice, CancellationToken cancellationToken)
    {
        foreach (var tag in sentence.Tags)
        {
            if (tag.Name == "face" && Enum.TryParse<Expression>(tag.Value, ignoreCase: true, out var expression) && Enum.IsDefined(expression))
            {
                _expression = expression;
            }
        }

        var request = new SegmentRequest(sentence.Text, voice, _spec.Language, _expression) { Slack = _gate.Left };
        await SayAsync(sentence, request, cancellationToken);
    }

    private async ValueTask SayAsync(TextSegment sentence, SegmentRequest request, CancellationToken cancellationToken)
    {
        _mailbox.Post(new SentenceMessage(this, sentence, _expression));
        if (sentence.Text.Length == 0 || !_spec.Capabilities.CanSpeak())
        {
            _mailbox.Post(new PartMessage(this, new SegmentPart(PackedSpeech.Empty, 0, true)));
            return;
        }

        await PlayAsync(_voice.WatchAsync(_services.Segments.SpeakAsync(request, cancellationToken), cancellationToken), cancellationToken);
    }

    private async Task PlayAsync(IAsyncEnumerable<SegmentPart> parts, CancellationToken cancellationToken)
    {
        await foreach (var part in parts.WithCancellation(cancellationToken))
        {
            await _gate.WaitAsync(cancellationToken);
            _gate.Posted(part.Speech.DurationMs);
            _mailbox.Post(new PartMessage(this, part) { Lost = part.Last && _voice.Lost });
        }
    }
}
