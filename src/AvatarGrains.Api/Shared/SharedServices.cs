using AvatarGrains.Core.Media;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Core.Storage;
using AvatarGrains.Core.Storage.InMemory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AvatarGrains.Api.Shared;

/// <summary>What every dialect works with.</summary>
internal static class SharedServices
{
    /// <summary>Registers it. Where the composition has brought no directory of tenants, there are the configured keys alone.</summary>
    /// <param name="services">The services.</param>
    /// <param name="keys">API keys by tenant.</param>
    public static IServiceCollection AddShared(this IServiceCollection services, IReadOnlyDictionary<string, string> keys)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<ITenantStore, InMemoryTenantStore>();
        services.TryAddSingleton<ILibraryStore, InMemoryLibraryStore>();
        services.TryAddSingleton(provider => new TenantDirectory(
            provider.GetRequiredService<ITenantStore>(), new TenantSettings { Keys = keys }, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<TenantRates>();
        services.AddSingleton<Callers>();
        services.AddSingleton<EngineNames>();
        services.AddSingleton(provider => new AudioFiles(provider.GetRequiredService<IAudioCodecs>(), provider.GetService<IAudioTranscoder>()));
        return services;
    }
}
