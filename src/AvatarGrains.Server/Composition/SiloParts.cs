using AvatarGrains.Edge;
using AvatarGrains.Grains.Configuration;
using AvatarGrains.Grains.Placement;
using AvatarGrains.Grains.Providers;
using AvatarGrains.Server.Configuration;
using Orleans.Dashboard;

namespace AvatarGrains.Server.Composition;

/// <summary>The silo in the server's process, on which sessions and engines run.</summary>
internal static class SiloParts
{
    public static void AddSilo(this WebApplicationBuilder builder, ServerOptions options)
    {
        var cluster = options.Silo();
        builder.UseOrleans(silo =>
        {
            silo.UseClusterProvider(cluster).AddAvatarGrains(cluster);
            if (options.Admin.Key is not null)
            {
                silo.AddDashboard();
            }
        });
        builder.Services.AddSingleton(cluster);
        builder.Services.AddSingleton<IEdgeAddresses>(s => new OtherEdges(s.GetRequiredService<EdgeDirectory>()));
    }

    private sealed class OtherEdges(EdgeDirectory edges) : IEdgeAddresses
    {
        public IReadOnlyList<string> Others => edges.Others;

        public bool AreThere => edges.AreThere;
    }
}
