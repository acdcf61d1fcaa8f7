using System.Runtime.CompilerServices;
using System.Text;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Listening;
using AvatarGrains.Core.Media;
using AvatarGrains.Core.Turns;

namespace AvatarGrains.Core.Sessions;

/// <summary>
/// Uses of a session's engines whose answer goes to the caller. They run in the caller's context; the session is told when they begin and
/// end.
/// </summary>
public sealed class SessionRequests
{
    private readonly SessionRuntime _runtime;
    private readonly Mailbox _mailbox;
    private readonly Func<SessionRejectedException> _gone;

    internal SessionRequests(SessionRuntime runtime, Mailbox mailbox, Func<SessionRejectedException> gone) =>
        (_runtime, _mailbox, _gone) = (runtime, mailbox, gone);

    /// <summary>Answers by text, sentence by sentence. What was handed out is in the history when the enumeration ends.</summary>
    /// <exception cref="SessionRejectedException">Refused, or the model failed.</exception>
    public async IAsyncEnumerable<string> AskTextAsync(TextQuestion question, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var turn = await AskAsync(new BeginTextMessage(question), cancellationToken);
        var said = new StringBuilder();
        var whole = false;
        try
        {
            await using var sentences = new TextAnswer(_runtime.Services, turn, cancellationToken);
            while (await GuardAsync(sentences.NextAsync(), cancellationToken) is { } sentence)
            {
                said.Append(said.Length > 0 ? " " : "").Append(sentence);
                yield return sentence;
            }

            whole = true;
        }
        finally
        {
            var end = new EndTextMessage(turn, said.ToString(), !whole);
            if (_mailbox.Post(end))
            {
                await ((Task)end.Answer).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Speaks with the session's voice into audio, outside the conversation.</summary>
    /// <exception cref="SessionRejectedException">Refused, or the voice failed.</exception>
    public async IAsyncEnumerable<SpeechAudio> SynthesizeAsync(SpeechRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var spec = await AskAsync(new UseMessage(Capabilities.Tts), cancellationToken);
        var name = request.Voice ?? spec.Voice;
        var (engine, voice) = _runtime.Services.Engines.FindVoice(name)
            ?? throw new SessionRejectedException(RejectReason.UnknownReference, $"There is no voice named '{name}'.");
        var speech = engine.SynthesizeAsync(request with { Voice = voice.Name, Language = request.Language ?? spec.Language }, cancellationToken)
            .GetAsyncEnumerator(cancellationToken);
        await using (speech)
        {
            while (await GuardAsync(speech.MoveNextAsync(), cancellationToken))
            {
                yield return speech.Current;
            }
        }
    }

    /// <summary>Recognises audio outside the conversation.</summary>
    /// <exception cref="SessionRejectedException">Refused, or the recognizer failed.</exception>
    public async ValueTask<Transcript> TranscribeAsync(PcmBlock audio, string? language, CancellationToken cancellationToken)
    {
        var spec = await AskAsync(new UseMessage(Capabilities.Stt), cancellationToken);
        var services = _runtime.Services;
        var recognizer = services.Engines.FindRecognizer(spec.Recognizer)
            ?? throw new SessionRejectedException(RejectReason.UnknownReference, $"There is no recognizer named '{spec.Recognizer}'.");
        var context = await SessionListening.ContextAsync(services, spec, language);
        return await GuardAsync(WholeAudio.TranscribeAsync(recognizer, audio, context, services.Codecs, cancellationToken), cancellationToken);
    }

    internal async ValueTask<T> AskAsync<T>(Request<T> request, CancellationToken cancellationToken) => _mailbox.Offer(request) switch
    {
        MailboxVerdict.Taken => await request.Answer.WaitAsync(cancellationToken),
        MailboxVerdict.Full => throw new SessionRejectedException(RejectReason.Busy, "The session is busy."),
        _ => throw _gone(),
    };

    /// <summary>Turns an engine's failure into a refusal; a bug ends the session.</summary>
    private async ValueTask<T> GuardAsync<T>(ValueTask<T> work, CancellationToken cancellationToken)
    {
        try
        {
            return await work;
        }
        catch (Exception e) when (!(e is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            if (EngineFaults.Read(e, cancelled: false) is { } fault)
            {
                throw SessionRejectedException.Of(fault);
            }

            _mailbox.Post(new BrokenMessage(e));
            throw;
        }
    }
}
