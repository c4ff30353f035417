/** Names of files that hold several arrays: NumPy's, MATLAB's and HDF5's. */
export const severalArrays = /\.(npz|mat|h5|hdf5?)$/i;
