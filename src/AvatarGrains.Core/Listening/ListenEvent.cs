using AvatarGrains.Core.Engines;

namespace AvatarGrains.Core.Listening;

/// <summary>
/// What a <see cref="ListenPipeline"/> tells its owner. Utterances count from 1; a later one may start before an earlier one's result is
/// in.
/// </summary>
/// <param name="Utterance">The utterance it is about.</param>
public abstract record ListenEvent(int Utterance);

/// <summary>The person began to speak (conversation), or dictation was opened. In conversation this is the moment to stop talking.</summary>
public sealed record SpeechStarted(int Utterance) : ListenEvent(Utterance);

/// <summary>The words so far; each replaces the one before.</summary>
public sealed record PartialHeard(int Utterance, string Text) : ListenEvent(Utterance);

/// <summary>The person stopped; the result is on its way.</summary>
/// <param name="Utterance">Utterance.</param>
/// <param name="Length">Audio of the utterance, preroll and endpointing silence included.</param>
public sealed record SpeechStopped(int Utterance, TimeSpan Length) : ListenEvent(Utterance);

/// <summary>The result of an utterance. The last event of its utterance.</summary>
/// <param name="Utterance">Utterance.</param>
/// <param name="Transcript">What was heard; <see cref="Transcript.Nothing"/> when recognition failed.</param>
/// <param name="Fault">Set when recognition failed.</param>
/// <param name="Detail">Words for a log when recognition failed, else empty.</param>
public sealed record UtteranceEnded(int Utterance, Transcript Transcript, EngineFault? Fault = null, string Detail = "") : ListenEvent(Utterance);

/// <summary>A bug in a recognizer: not an outcome. The last event of its utterance; the owner ends the session with it.</summary>
public sealed record ListeningBroken(int Utterance, Exception Error) : ListenEvent(Utterance);
