using AvatarGrains.Core.Engines;

namespace AvatarGrains.Api.Dialects.Perso.Socket;

/// <summary>What a streaming recognition is made from.</summary>
internal sealed record SocketListenPlan(string? Language, bool Turns, int SampleRate, ISpeechRecognizer Recognizer, RecognitionContext Context);
