using AvatarGrains.Core.Sessions;
using Microsoft.Extensions.DependencyInjection;

namespace AvatarGrains.Api.Tests.Perso;

/// <summary>What one web server of the API stands on.</summary>
/// <param name="Sessions">The sessions as they are seen there.</param>
/// <param name="Add">Adds what the composition of that process adds.</param>
internal sealed record PersoEdge(ISessionHost Sessions, Action<IServiceCollection> Add);
