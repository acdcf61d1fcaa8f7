using System.Diagnostics;
using AvatarGrains.Grains.Placement;
using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Media;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Speech;
using Microsoft.Extensions.AI;

namespace AvatarGrains.Grains.Tests.Harness;

/// <summary>Engines of a silo that is no worker: they have their names, and whoever calls one is at fault.</summary>
internal sealed class OffWorkers(IEngineCatalog own) : IEngineCatalog
{
    public IReadOnlyList<LanguageModel> LanguageModels { get; } = [.. own.LanguageModels.Select(m => m with { Client = new Client() })];

    public IReadOnlyList<VoiceInfo> Voices => own.Voices;

    public IReadOnlyList<ISpeechRecognizer> Recognizers { get; } = [.. own.Recognizers.Select(r => new Recognizer(r.Name))];

    /// <summary>The services of a silo with these roles.</summary>
    public static SessionServices Refuse(SessionServices services, SiloRoles roles) =>
        (roles & SiloRoles.Worker) != 0 ? services : services with { Engines = new OffWorkers(services.Engines), Segments = new Segments() };

    public LanguageModel? FindModel(string? name) => own.FindModel(name) is { } found ? LanguageModels.First(m => m.Name == found.Name) : null;

    public (ISpeechSynthesizer Engine, VoiceInfo Voice)? FindVoice(string? name) =>
        own.FindVoice(name) is { } found ? (new Synthesizer(found.Engine.Name), found.Voice) : null;

    public ISpeechRecognizer? FindRecognizer(string? name) =>
        own.FindRecognizer(name) is { } found ? Recognizers.First(r => r.Name == found.Name) : null;

    private static UnreachableException Called(string engine) => new($"The {engine} of a silo that is no worker was called.");

    private sealed class Client : IChatClient
    {
        public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            throw Called("language model");

        public Task<ChatResponse> GetResponseAsync(
            IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            throw Called("language model");

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }

    private sealed class Synthesizer(string name) : ISpeechSynthesizer
    {
        public string Name => name;

        public IReadOnlyList<VoiceInfo> Voices => [];

        public IAsyncEnumerable<SpeechAudio> SynthesizeAsync(SpeechRequest request, CancellationToken cancellationToken) =>
            throw Called("synthesizer");
    }

    private sealed class Recognizer(string name) : ISpeechRecognizer
    {
        public string Name => name;

        public ValueTask<IRecognition> StartAsync(RecognitionContext context, CancellationToken cancellationToken) => throw Called("recognizer");

        public ValueTask PrepareAsync(RecognitionContext context, CancellationToken cancellationToken) => throw Called("recognizer");
    }

    private sealed class Segments : ISegmentSource
    {
        public IAsyncEnumerable<SegmentPart> SpeakAsync(SegmentRequest request, CancellationToken cancellationToken) => throw Called("voice");

        public IAsyncEnumerable<SegmentPart> FollowAsync(
            IAsyncEnumerable<PcmBlock> audio, Expression expression, CancellationToken cancellationToken) =>
            throw Called("face");
    }
}
