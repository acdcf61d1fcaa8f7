using AvatarGrains.Core.Engines;
using AvatarGrains.Core.Media;
using AvatarGrains.Media.Processes;

namespace AvatarGrains.Server.Composition;

/// <summary>The programs that read documents and audio files, where they are installed.</summary>
internal static class ConverterRegistration
{
    public static IServiceCollection AddConverters(this IServiceCollection services)
    {
        var limits = new ConverterLimits();
        services.AddSingleton<IDocumentReader>(_ => new DocumentReader(limits, TimeProvider.System));
        if (FfmpegTranscoder.Open(limits, TimeProvider.System) is { } transcoder)
        {
            services.AddSingleton<IAudioTranscoder>(_ => transcoder);
        }

        return services;
    }
}
