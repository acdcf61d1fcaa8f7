using AvatarGrains.Conformance;
using AvatarGrains.Conformance.Scripted;
using AvatarGrains.Core.Sessions;
using AvatarGrains.Conformance.Model;

namespace AvatarGrains.Core.Tests.Sessions;

public sealed class ModelSessionHostTests : SessionHostConformance
{
    private CutOffStore? _store;

    protected override async ValueTask<ISessionHost> StartAsync(SessionServices services)
    {
        _store = new CutOffStore(services.Store);
        return await ModelSessionHost.StartAsync(services with { Store = _store }, TestContext.Current.CancellationToken);
    }

    protected override ValueTask KillAsync(ISessionHost host)
    {
        _store!.Dead = true;
        return ValueTask.CompletedTask;
    }
}
