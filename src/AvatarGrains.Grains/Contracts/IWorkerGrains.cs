using Orleans.Concurrency;

namespace AvatarGrains.Grains.Contracts;

/// <summary>Takes the pieces of an answer where it was asked for.</summary>
[Alias("ag.IPieces")]
internal interface IPieceObserver : IGrainObserver
{
    /// <summary>Takes pieces in order. The worker sends the next ones when this returns.</summary>
    [Alias("Pieces")]
    Task OnPiecesAsync(Immutable<object[]> pieces);
}

/// <summary>Speaks: synthesis, lip sync, encoding.</summary>
[Alias("ag.ISpeechWorker")]
internal interface ISpeechWorkerGrain : IGrainWithIntegerKey
{
    /// <summary>Gives <see cref="SegmentPartWire"/> pieces of a sentence.</summary>
    [Alias("Speak"), ResponseTimeout("00:10:00")]
    Task<WorkReply> SpeakAsync(SegmentRequestWire request, IPieceObserver observer, CancellationToken cancellationToken);

    /// <summary>Gives <see cref="SpeechWire"/> pieces: sound and phonemes.</summary>
    [Alias("Synthesize"), ResponseTimeout("00:10:00")]
    Task<WorkReply> SynthesizeAsync(SpeechRequestWire request, IPieceObserver observer, CancellationToken cancellationToken);
}

/// <summary>Answers with a language model.</summary>
[Alias("ag.IChatWorker")]
internal interface IChatWorkerGrain : IGrainWithIntegerKey
{
    /// <summary>Gives the answer's text as it comes.</summary>
    [Alias("Answer"), ResponseTimeout("00:10:00")]
    Task<WorkReply> AnswerAsync(ChatWire chat, IPieceObserver observer, CancellationToken cancellationToken);
}

/// <summary>Recognises one utterance while it is spoken; its key is the utterance's.</summary>
[Alias("ag.IRecognition")]
internal interface IRecognitionGrain : IGrainWithGuidKey
{
    [Alias("Start")]
    Task<WorkReply> StartAsync(RecognitionWire context, CancellationToken cancellationToken);

    /// <summary>Adds 16 kHz mono samples.</summary>
    /// <returns>The words heard so far, or null when they did not change.</returns>
    [Alias("Write")]
    Task<string?> WriteAsync(byte[] pcm);

    [Alias("Finish")]
    Task<HeardWire> FinishAsync(CancellationToken cancellationToken);

    [Alias("Abandon")]
    Task AbandonAsync();
}
