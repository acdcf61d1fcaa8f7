using AvatarGrains.Core.Media;
using AvatarGrains.Core.Speech;
using AvatarGrains.Core.Engines;

namespace AvatarGrains.Grains.Contracts;

/// <summary>Speaks. Its key is that of its silo (<see cref="Workers.WorkerPool"/>).</summary>
[Alias("ag.ITtsWorker")]
internal interface ITtsWorkerGrain : IGrainWithIntegerKey
{
    /// <summary>Gives a sentence, encoded and with its faces, as <see cref="SegmentPart"/> pieces.</summary>
    [Alias("Speak"), ResponseTimeout("00:10:00")]
    Task<WorkReply> SpeakAsync(SegmentRequest request, PieceTarget target, CancellationToken cancellationToken);

    /// <summary>Gives sound and phonemes as <see cref="SpeechAudio"/> pieces.</summary>
    [Alias("Synthesize"), ResponseTimeout("00:10:00")]
    Task<WorkReply> SynthesizeAsync(SpeechRequest request, PieceTarget target, CancellationToken cancellationToken);
}

/// <summary>Answers with a language model. Its key is that of its silo.</summary>
[Alias("ag.ILlmWorker")]
internal interface ILlmWorkerGrain : IGrainWithIntegerKey
{
    /// <summary>Gives the answer as the model's <see cref="Microsoft.Extensions.AI.ChatResponseUpdate"/> pieces, with all their contents.</summary>
    [Alias("Answer"), ResponseTimeout("00:10:00")]
    Task<WorkReply> AnswerAsync(LlmRequest request, PieceTarget target, CancellationToken cancellationToken);
}

/// <summary>Recognises one utterance while it is spoken. Its key is that of its silo, and a name of the utterance.</summary>
[Alias("ag.IAsrWorker")]
internal interface IAsrWorkerGrain : IGrainWithIntegerCompoundKey
{
    /// <summary>Takes a place and starts the recognizer.</summary>
    [Alias("Start"), ResponseTimeout("00:10:00")]
    Task<WorkReply> StartAsync(AsrRequest request, CancellationToken cancellationToken);

    /// <summary>Adds 16 kHz mono samples.</summary>
    /// <returns>The words heard so far, or null when they did not change.</returns>
    [Alias("Write")]
    Task<string?> WriteAsync(PcmBlock audio);

    [Alias("Finish"), ResponseTimeout("00:10:00")]
    Task<AsrReply> FinishAsync(CancellationToken cancellationToken);

    [Alias("Abandon")]
    Task AbandonAsync();
}

/// <summary>Moves a mouth to sound that somebody else made, and encodes it. Its key is that of its silo, and a name of the sound.</summary>
[Alias("ag.IFaceWorker")]
internal interface IFaceWorkerGrain : IGrainWithIntegerCompoundKey
{
    /// <summary>
    /// Takes a place, for sound that comes from another silo: by <see cref="FollowAsync"/>, <see cref="AddAsync"/> and <see cref="EndAsync"/>.
    /// </summary>
    [Alias("Open"), ResponseTimeout("00:10:00")]
    Task<WorkReply> OpenAsync(CancellationToken cancellationToken);

    /// <summary>Gives <see cref="SegmentPart"/> pieces until the sound ends.</summary>
    [Alias("Follow"), ResponseTimeout("02:00:00")]
    Task<WorkReply> FollowAsync(FaceRequest request, PieceTarget target, CancellationToken cancellationToken);

    /// <summary>Adds sound. Returns when the worker keeps up.</summary>
    [Alias("Add")]
    Task AddAsync(PcmBlock audio);

    [Alias("End")]
    Task EndAsync();
}
