using AvatarGrains.Core.Sessions;
using System.Runtime.CompilerServices;

namespace AvatarGrains.Core.Turns;

/// <summary>A language model's answer by text, one sentence at a time.</summary>
internal sealed class TextAnswer : IAsyncDisposable
{
    private readonly IAsyncEnumerator<Speech.TextSegment> _sentences;

    public TextAnswer(SessionServices services, TextTurn turn, CancellationToken cancellationToken) =>
        _sentences = SentenceStream
            .SplitAsync(StreamAsync(services, turn, cancellationToken), services.Speech, filler: null, services.Time, cancellationToken)
            .GetAsyncEnumerator(cancellationToken);

    /// <summary>The next sentence with words in it, or null at the end.</summary>
    public async ValueTask<string?> NextAsync()
    {
        while (await _sentences.MoveNextAsync())
        {
            if (_sentences.Current.Text.Length > 0)
            {
                return _sentences.Current.Text;
            }
        }

        return null;
    }

    public ValueTask DisposeAsync() => _sentences.DisposeAsync();

    private static async IAsyncEnumerable<string> StreamAsync(
        SessionServices services, TextTurn turn, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var request = new TurnRequest(TurnKind.Ask, turn.Question);
        var call = await ModelCall.PrepareAsync(services, turn.Spec, turn.History, request, spoken: false, cancellationToken);
        await foreach (var update in call.Client.GetStreamingResponseAsync(call.Messages, call.Options, cancellationToken))
        {
            yield return update.Text;
        }
    }
}
