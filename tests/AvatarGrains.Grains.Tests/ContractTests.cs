using System.CodeDom.Compiler;
using System.Reflection;
using AvatarGrains.Grains.Hosting;
using AvatarGrains.Grains.Placement;
using AvatarGrains.Grains.Tests.Harness;
using AvatarGrains.Conformance;
using AvatarGrains.Core.Storage;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace AvatarGrains.Grains.Tests;

/// <summary>What silos of neighbouring versions rely on.</summary>
public sealed class ContractTests
{
    private static readonly Assembly Ours = typeof(ClusterSilo).Assembly;

    private static readonly List<Type> Written =
        [.. Ours.GetTypes().Where(t => t.Namespace?.StartsWith("AvatarGrains", StringComparison.Ordinal) == true && !t.IsDefined(typeof(GeneratedCodeAttribute), inherit: false))];

    private static readonly List<Type> Types = [.. Written.Where(t => t.IsDefined(typeof(GenerateSerializerAttribute), inherit: false))];

    private static readonly List<Type> Interfaces = [.. Written.Where(t => t.IsInterface && typeof(IAddressable).IsAssignableFrom(t))];

    [Fact]
    public void Everything_that_crosses_silos_has_a_name_that_outlives_its_class()
    {
        Assert.NotEmpty(Types);
        Assert.NotEmpty(Interfaces);
        Assert.Empty(Types.Concat(Interfaces).Where(t => t.GetCustomAttribute<AliasAttribute>(inherit: false) is null).Select(t => t.Name));
        var names = Types.Concat(Interfaces).Select(t => t.GetCustomAttribute<AliasAttribute>(inherit: false)!.Alias).ToList();
        Assert.Equal(names.Order(), names.Distinct().Order());
        Assert.All(names, name => Assert.StartsWith("ag.", name, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_call_has_a_name_that_outlives_its_method()
    {
        foreach (var one in Interfaces)
        {
            var names = one.GetMethods().Select(m => m.GetCustomAttribute<AliasAttribute>()?.Alias).ToList();
            Assert.DoesNotContain(null, names);
            Assert.Equal(names.Count, names.Distinct().Count());
        }
    }

    [Fact]
    public void Every_field_that_is_sent_has_its_number()
    {
        foreach (var type in Types)
        {
            // A positional record numbers its parameters by their order; new ones are added at the end.
            var positional = type.GetConstructors().Select(c => c.GetParameters().Length).DefaultIfEmpty(0).Max();
            var fields = type.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly).Where(p => p.CanWrite && p.GetIndexParameters().Length == 0).ToList();
            var numbers = fields.Select(p => p.GetCustomAttribute<IdAttribute>()?.Id).Where(id => id is not null).ToList();
            Assert.Equal(numbers.Count, numbers.Distinct().Count());
            Assert.True(numbers.Count == fields.Count || positional == fields.Count, $"{type.Name} has {fields.Count} fields, {numbers.Count} with [Id]");
        }
    }

    [Fact]
    public void Message_of_an_older_version_is_read_with_the_new_field_as_its_default_and_the_reverse()
    {
        using var services = new ServiceCollection().AddSerializer().BuildServiceProvider();
        var (older, newer) = (services.GetRequiredService<Serializer<Older>>(), services.GetRequiredService<Serializer<Newer>>());
        var read = newer.Deserialize(older.SerializeToArray(new Older("x", 7)));
        Assert.Equal(new Newer("x", 7), read);
        Assert.Equal(new Older("y", 8), older.Deserialize(newer.SerializeToArray(new Newer("y", 8) { Added = "new", AlsoAdded = [1, 2] })));
    }

    [Fact]
    public async Task Store_that_is_away_is_known_as_that_on_the_silo_that_asked()
    {
        await using var cluster = await LocalCluster.StartAsync(_ => new HostFixture().Services(), LocalCluster.Times, SiloRoles.All);
        var serializer = cluster.Service<Serializer>(0);
        var away = new StorageUnavailableException("PostgreSQL cannot be used: no answer in time", new Npgsql.NpgsqlException("read", new TimeoutException("late")));
        var read = Assert.IsType<StorageUnavailableException>(serializer.Deserialize<Exception>(serializer.SerializeToArray<Exception>(away)));
        Assert.Equal(away.Message, read.Message);
        Assert.Equal("late", read.GetBaseException().Message);
    }
}

[GenerateSerializer, Alias("test.Older")]
internal sealed record Older([property: Id(0)] string Text, [property: Id(1)] int Number);

/// <summary>The same message one version later.</summary>
[GenerateSerializer, Alias("test.Newer")]
internal sealed record Newer([property: Id(0)] string Text, [property: Id(1)] int Number)
{
    [Id(2)]
    public string? Added { get; init; }

    [Id(3)]
    public int[]? AlsoAdded { get; init; }
}
