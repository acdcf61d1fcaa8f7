using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Media;

namespace AvatarGrains.Api.Dialects.Perso.Socket;

/// <summary>What a streaming recognition is made from.</summary>
internal sealed record SocketListenPlan(
    string? Language, bool Turns, SampleFormat Format, int SampleRate, ISpeechRecognizer Recognizer, RecognitionContext Context);
