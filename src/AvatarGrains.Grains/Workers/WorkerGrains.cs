using AvatarGrains.Grains.Contracts;
using AvatarGrains.Grains.Placement;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Speech;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace AvatarGrains.Grains.Workers;

/// <summary>Speaks on a worker silo. One activation a silo; the silo's gate, not the number of activations, bounds what runs.</summary>
[StatelessWorker(1), Reentrant, OnRole(SiloRoles.Worker)]
internal sealed class SpeechWorkerGrain(SessionServices services, WorkerGates gates, ILogger<SpeechWorkerGrain> log) : Grain, ISpeechWorkerGrain
{
    public Task<WorkReply> SpeakAsync(SegmentRequestWire request, IPieceObserver observer, CancellationToken cancellationToken) =>
        WorkerRun.RunAsync<SegmentPart>(
            gates.Speech, TimeSpan.FromMilliseconds(request.SlackMs), token => new(services.Segments.SpeakAsync(request.Read(), token)), SegmentPartWire.From, observer, log, cancellationToken);

    public Task<WorkReply> SynthesizeAsync(SpeechRequestWire request, IPieceObserver observer, CancellationToken cancellationToken) =>
        WorkerRun.RunAsync<SpeechAudio>(gates.Speech, TimeSpan.Zero, token => new(OpenSpeechAsync(request.Read(), token)), SpeechWire.From, observer, log, cancellationToken);

    private IAsyncEnumerable<SpeechAudio> OpenSpeechAsync(SpeechRequest request, CancellationToken cancellationToken) =>
        services.Engines.FindVoice(request.Voice) is { } found
            ? found.Engine.SynthesizeAsync(request, cancellationToken)
            : throw new EngineException(EngineFault.Unavailable, $"This worker has no voice '{request.Voice}'.");
}

/// <summary>Answers on a worker silo.</summary>
[StatelessWorker(1), Reentrant, OnRole(SiloRoles.Worker)]
internal sealed class ChatWorkerGrain(SessionServices services, WorkerGates gates, ILogger<ChatWorkerGrain> log) : Grain, IChatWorkerGrain
{
    public Task<WorkReply> AnswerAsync(ChatWire chat, IPieceObserver observer, CancellationToken cancellationToken) =>
        WorkerRun.RunAsync(gates.Chat, TimeSpan.Zero, token => OpenAsync(chat, token), update => update, observer, log, cancellationToken);

    private async ValueTask<IAsyncEnumerable<string>> OpenAsync(ChatWire chat, CancellationToken cancellationToken)
    {
        var model = services.Engines.FindModel(chat.Model)
            ?? throw new EngineException(EngineFault.Unavailable, $"This worker has no language model '{chat.Model}'.");
        var messages = chat.Roles.Zip(chat.Texts, (role, text) => new ChatMessage(new ChatRole(role), text)).ToList();
        var options = new ChatOptions();
        ChatContext.SetKnowledge(options, chat.Document is { } document ? await services.Knowledge.FindAsync(document, cancellationToken) : null);
        ChatContext.SetLanguage(options, chat.Language);
        return TextsAsync(model.Client.GetStreamingResponseAsync(messages, options, cancellationToken));
    }

    private static async IAsyncEnumerable<string> TextsAsync(IAsyncEnumerable<ChatResponseUpdate> updates)
    {
        await foreach (var update in updates)
        {
            if (update.Text is { Length: > 0 } text)
            {
                yield return text;
            }
        }
    }
}
