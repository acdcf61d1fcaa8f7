using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Media;
using Microsoft.Extensions.AI;

namespace AvatarGrains.Core.Turns;

/// <summary>Where the words or the sound of a job come from.</summary>
internal abstract record SpeechSource;

/// <summary>Text as it is.</summary>
internal sealed record TextSource(string Text) : SpeechSource;

/// <summary>A language model's answer.</summary>
/// <param name="Question">The user's words.</param>
/// <param name="History">What was said before.</param>
internal sealed record AnswerSource(string Question, IReadOnlyList<HistoryLine> History) : SpeechSource;

/// <summary>Sound made by the client.</summary>
/// <param name="Message">What it says; may be empty.</param>
/// <param name="Audio">The sound as it comes.</param>
internal sealed record AudioSource(string Message, IAsyncEnumerable<PcmBlock> Audio) : SpeechSource;

/// <summary>What a language model is called with.</summary>
internal sealed record ModelCall(IChatClient Client, List<ChatMessage> Messages, ChatOptions Options)
{
    /// <summary>Finds model and knowledge of a session and builds the prompt.</summary>
    public static async ValueTask<ModelCall> PrepareAsync(
        SessionServices services,
        SessionSpec spec,
        IReadOnlyList<HistoryLine> history,
        string question,
        bool spoken,
        CancellationToken cancellationToken)
    {
        var model = services.Engines.FindModel(spec.Model)
            ?? throw new EngineException(EngineFault.Unavailable, $"There is no language model named '{spec.Model ?? "(default)"}'.");
        var knowledge = spec.Document is { Length: > 0 } document ? await services.Knowledge.FindAsync(document, cancellationToken) : null;
        var messages = Prompt.Build(spec, history, question, knowledge, spoken, services.Prompt);
        return new ModelCall(model.Client, messages, Prompt.Options(spec, knowledge));
    }
}
