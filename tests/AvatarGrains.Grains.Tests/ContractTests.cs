using System.CodeDom.Compiler;
using System.Reflection;
using AvatarGrains.Grains.Configuration;
using AvatarGrains.Grains.Placement;
using AvatarGrains.Grains.Tests.Harness;
using AvatarGrains.Conformance;
using AvatarGrains.Core.Avatars;
using AvatarGrains.Core.Speech;
using AvatarGrains.Core.Storage;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace AvatarGrains.Grains.Tests;

/// <summary>What silos of neighbouring versions rely on.</summary>
public sealed class ContractTests
{
    private static readonly Assembly[] Ours = [typeof(PackedSpeech).Assembly, typeof(ClusterOptions).Assembly];

    private static readonly List<Type> Written =
        [.. Ours.SelectMany(a => a.GetTypes()).Where(t => t.Namespace?.StartsWith("AvatarGrains", StringComparison.Ordinal) == true && !t.IsDefined(
            typeof(GeneratedCodeAttribute), inherit: false))];

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
            var fields = type.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
                .Where(p => p.CanWrite && p.GetIndexParameters().Length == 0).ToList();
            var numbers = fields.Select(p => p.GetCustomAttribute<IdAttribute>()?.Id).Where(id => id is not null).ToList();
            Assert.Equal(numbers.Count, numbers.Distinct().Count());
            Assert.True(
                numbers.Count == fields.Count || positional == fields.Count, $"{type.Name} has {fields.Count} fields, {numbers.Count} with [Id]");
        }
    }

    /// <summary>
    /// Everything that crosses silos, with its names and numbers, is written down beside this test. A line there is a promise to silos of
    /// other versions: it may be added, never changed or taken away.
    /// </summary>
    [Fact]
    public void Names_and_numbers_are_those_that_are_written_down()
    {
        var actual = ContractListing.Of(Types, Interfaces);
        var written = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, ContractListing.File));
        if (!written.SequenceEqual(actual))
        {
            var place = Path.Combine(AppContext.BaseDirectory, "actual-" + ContractListing.File);
            File.WriteAllLines(place, actual);
            Assert.Fail($"Gone: {string.Join("; ", written.Except(actual))}. New: {string.Join("; ", actual.Except(written))}. The list as it "
                + $"is now is {place}.");
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
    public void Speech_crosses_silos_as_it_was_packed()
    {
        using var services = new ServiceCollection().AddSerializer().BuildServiceProvider();
        var serializer = services.GetRequiredService<Serializer<SegmentPart>>();
        var part = new SegmentPart(PackedSpeech.Pack([new byte[] { 1, 2 }, new byte[] { 3 }], [new FaceFrame(5, Expression.Joy, 1)]), 7, true);
        var read = serializer.Deserialize(serializer.SerializeToArray(part));
        Assert.Equal(part with { Speech = read.Speech }, read);
        Assert.Equal(2, read.Speech.PacketCount);
        var packets = read.Speech.Packets;
        Assert.True(packets.MoveNext() && packets.Current.Span.SequenceEqual(new byte[] { 1, 2 }));
        Assert.True(packets.MoveNext() && packets.Current.Span.SequenceEqual(new byte[] { 3 }));
        Assert.Equal(new FaceFrame(5, Expression.Joy, 1), read.Speech.Face(0));
        Assert.Same(part, services.GetRequiredService<DeepCopier<SegmentPart>>().Copy(part));
    }

    [Fact]
    public void Speech_that_is_none_is_refused_when_it_arrives()
    {
        using var services = new ServiceCollection().AddSerializer().BuildServiceProvider();
        var serializer = services.GetRequiredService<Serializer<PackedSpeech>>();
        var sent = serializer.SerializeToArray(PackedSpeech.Pack([new byte[] { 11, 12, 13 }], []));
        var length = sent.AsSpan().IndexOf<byte>([3, 0, 11, 12, 13]);
        Assert.True(length > 0);
        sent[length] = 4;
        Assert.Throws<InvalidDataException>(() => serializer.Deserialize(sent));
    }

    [Fact]
    public async Task Store_that_is_away_is_known_as_that_on_the_silo_that_asked()
    {
        await using var cluster = await LocalCluster.StartAsync(_ => new HostFixture().Services(), LocalCluster.Times, SiloRoles.All);
        var serializer = cluster.Service<Serializer>(0);
        var away = new StorageUnavailableException(
            "PostgreSQL cannot be used: no answer in time", new Npgsql.NpgsqlException("read", new TimeoutException("late")));
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
