using System.Runtime.CompilerServices;
using AvatarGrains.Core.Engines;
using AvatarGrains.Grains.Contracts;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;
using Orleans.Concurrency;

namespace AvatarGrains.Grains.Workers;

/// <summary>Answers with a language model. One activation a silo, bounded by the silo's gate.</summary>
[StatelessWorker(1), Reentrant, OnWorker]
internal sealed class LlmWorkerGrain(WorkerEngines engines, WorkerGates gates, ILogger<LlmWorkerGrain> log) : Grain, ILlmWorkerGrain
{
    public Task<WorkReply> AnswerAsync(LlmRequest request, PieceTarget target, CancellationToken cancellationToken) =>
        WorkerRun.RunAsync(gates.Llm, TimeSpan.Zero, token => UpdatesAsync(request, token), target, log, cancellationToken);

    private async IAsyncEnumerable<ChatResponseUpdate> UpdatesAsync(LlmRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var model = engines.Catalog.FindModel(request.Model)
            ?? throw new EngineException(EngineFault.Unavailable, $"This worker has no language model '{request.Model}'.");
        var options = request.Options?.Clone();
        if (options is not null && ChatContext.GetKnowledge(options) is null && ChatContext.GetDocument(options) is { Length: > 0 } document)
        {
            ChatContext.SetKnowledge(options, await engines.Knowledge.FindAsync(document, cancellationToken));
        }

        await foreach (var update in model.Client.GetStreamingResponseAsync(request.Messages, options, cancellationToken))
        {
            yield return update;
        }
    }
}
