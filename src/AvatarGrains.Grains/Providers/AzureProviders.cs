using AvatarGrains.Grains.Configuration;
using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Orleans.Clustering.AzureStorage;
using Orleans.Configuration;
using Orleans.Reminders.AzureStorage;

namespace AvatarGrains.Grains.Providers;

/// <summary>Membership and reminders in tables, grain storage in blobs of an Azure storage account, by Orleans' own packages.</summary>
internal static class AzureProviders
{
    public static void Use(ISiloBuilder silo, string connectionString)
    {
        silo.UseAzureStorageClustering((AzureStorageClusteringOptions o) => o.TableServiceClient = new TableServiceClient(connectionString));
        silo.UseAzureTableReminderService((AzureTableReminderStorageOptions o) => o.TableServiceClient = new TableServiceClient(connectionString));
        silo.AddAzureBlobGrainStorage(
            ClusterSiloBuilder.StorageName, (AzureBlobStorageOptions o) => o.BlobServiceClient = new BlobServiceClient(connectionString));
    }
}
