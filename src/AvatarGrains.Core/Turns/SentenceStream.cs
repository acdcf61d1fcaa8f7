using System.Runtime.CompilerServices;
using AvatarGrains.Core.Speech;

namespace AvatarGrains.Core.Turns;

/// <summary>Cuts a model's text into sentences as it comes. A sentence that is whole does not wait for the word after it.</summary>
internal static class SentenceStream
{
    /// <param name="text">The text as it comes; empty pieces only say that more is to come.</param>
    /// <param name="options">How long things wait.</param>
    /// <param name="filler">What is said while the first words take long; null for nothing.</param>
    /// <param name="time">Clock of the waits.</param>
    /// <param name="cancellationToken">Ends the text.</param>
    public static async IAsyncEnumerable<TextSegment> SplitAsync(
        IAsyncEnumerable<string> text,
        SpeechOptions options,
        string? filler,
        TimeProvider time,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var splitter = new SentenceSplitter();
        var began = time.GetTimestamp();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var deltas = text.GetAsyncEnumerator(stop.Token);
        Task<bool>? next = null;
        try
        {
            while (true)
            {
                next = deltas.MoveNextAsync().AsTask();
                while (!await ArrivesAsync(next, Wait(), time))
                {
                    if (splitter.HoldsFinished)
                    {
                        foreach (var sentence in splitter.TakeFinished())
                        {
                            yield return sentence;
                        }
                    }
                    else if (filler is { } words)
                    {
                        filler = null;
                        yield return new TextSegment(words, [], words);
                    }
                }

                if (!await next)
                {
                    break;
                }

                foreach (var sentence in splitter.Push(deltas.Current))
                {
                    yield return sentence;
                }

                filler = string.IsNullOrWhiteSpace(deltas.Current) ? filler : null;
            }

            foreach (var sentence in splitter.Finish())
            {
                yield return sentence;
            }
        }
        finally
        {
            // A reader may leave while a piece is awaited, and what is awaited cannot be disposed of.
            await stop.CancelAsync();
            await Task.WhenAny(next ?? Task.CompletedTask);
            await deltas.DisposeAsync();
        }

        TimeSpan Wait() => splitter.HoldsFinished ? options.SentenceWait
            : filler is not null ? options.FillerAfter - time.GetElapsedTime(began)
            : Timeout.InfiniteTimeSpan;
    }

    /// <summary>Waits for the next piece, and no longer than it may take.</summary>
    private static async ValueTask<bool> ArrivesAsync(Task<bool> next, TimeSpan wait, TimeProvider time)
    {
        if (next.IsCompleted)
        {
            return true;
        }

        if (wait == Timeout.InfiniteTimeSpan)
        {
            await Task.WhenAny(next);
            return true;
        }

        using var arrived = new CancellationTokenSource();
        await Task.WhenAny(next, Task.Delay(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, time, arrived.Token));
        await arrived.CancelAsync();
        return next.IsCompleted;
    }
}
