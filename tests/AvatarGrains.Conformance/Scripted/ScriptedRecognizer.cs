using AvatarGrains.Core.Engines;

namespace AvatarGrains.Conformance.Scripted;

/// <summary>Hears what a test says was said.</summary>
public sealed class ScriptedRecognizer : ISpeechRecognizer
{
    public string Name => "scripted";

    public Func<Transcript> Hear { get; set; } = () => new Transcript("hello", 1, true);

    /// <summary>Told of what is expected to be heard, at each start.</summary>
    public Action<RecognitionContext>? Started { get; set; }

    /// <summary>Told of all audio.</summary>
    public Action<short[]>? Heard { get; set; }

    public ValueTask<IRecognition> StartAsync(RecognitionContext context, CancellationToken cancellationToken)
    {
        Started?.Invoke(context);
        return new(new Recognition(this));
    }

    public ValueTask PrepareAsync(RecognitionContext context, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    private sealed class Recognition(ScriptedRecognizer owner) : IRecognition
    {
        public void Write(ReadOnlySpan<short> samples) => owner.Heard?.Invoke(samples.ToArray());

        public string? Partial() => null;

        public ValueTask<Transcript> FinishAsync(CancellationToken cancellationToken) => new(owner.Hear());

        public void Dispose()
        {
        }
    }
}
