using AvatarGrains.Core.Storage;
using Azure;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Orleans.Clustering.AzureStorage;
using Orleans.Configuration;
using Orleans.Reminders.AzureStorage;

namespace AvatarGrains.Grains.Providers;

/// <summary>Membership and reminders in tables, grain storage in blobs of an Azure storage account, by Orleans' own packages.</summary>
internal static class AzureProvider
{
    public static void Use(ISiloBuilder silo, Configuration.ClusterOptions options)
    {
        silo.UseAzureStorageClustering((AzureStorageClusteringOptions o) => o.TableServiceClient = new TableServiceClient(options.ConnectionString));
        silo.UseAzureTableReminderService(
            (AzureTableReminderStorageOptions o) => o.TableServiceClient = new TableServiceClient(options.ConnectionString));
        foreach (var storage in ClusterProviders.StoragesOf(options))
        {
            silo.AddAzureBlobGrainStorage(
                storage, (AzureBlobStorageOptions o) => o.BlobServiceClient = new BlobServiceClient(options.ConnectionString));
        }
    }

    /// <returns>The account's name, in words.</returns>
    /// <exception cref="StorageUnavailableException">It cannot be reached, or refuses the key.</exception>
    public static async Task<string> DescribeAsync(string connectionString, CancellationToken cancellationToken)
    {
        TableServiceClient tables;
        try
        {
            tables = new TableServiceClient(connectionString);
        }
        catch (Exception wrong) when (wrong is ArgumentException or FormatException or InvalidOperationException)
        {
            // The parser's own words may repeat a part of the string, and so a key.
            throw new StorageUnavailableException("cluster.connectionString is not one of an Azure storage account", wrong);
        }

        try
        {
            await tables.GetPropertiesAsync(cancellationToken);
            return $"Azure storage account {tables.AccountName} at {tables.Uri.Host}";
        }
        catch (Exception refused) when (refused is RequestFailedException or AggregateException)
        {
            var why = refused is RequestFailedException { Status: > 0 } answer ? $"it answers {answer.Status} {answer.ErrorCode}" : "no connection";
            throw new StorageUnavailableException($"Azure storage at {tables.Uri.Host} cannot be used: {why}", refused);
        }
    }
}
